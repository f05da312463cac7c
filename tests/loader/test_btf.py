"""BTF: what is decoded is encoded to the same types, and a kernel that knows less gets what it knows."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc_runtime import features, syscall
from pybpfc_runtime.btf import types
from pybpfc_runtime.btf.decode import decode_btf
from pybpfc_runtime.btf.encode import encode_btf, sanitised
from pybpfc_runtime.elf import ElfFile
from support.machine import check, needs_tool

OBJECTS = ("xdp_count", "subprograms", "maps", "globals", "core", "tracing")


def btf_section(path: Path) -> bytes:
    return bytes(ElfFile(path.read_bytes()).by_name[".BTF"].data)


@pytest.mark.parametrize("name", OBJECTS)
def test_round_trip(name: str, built: Callable[[str], Path]) -> None:
    original = btf_section(built(name))
    assert encode_btf(decode_btf(original), "little") == original


@pytest.mark.parametrize("name", OBJECTS)
def test_bpftool_reads_the_same_from_both_byte_orders(name: str, built: Callable[[str], Path], tmp_path: Path) -> None:
    decoded = decode_btf(btf_section(built(name)))
    (tmp_path / "big.btf").write_bytes(encode_btf(decode_btf(encode_btf(decoded, "big")), "little"))
    dump = check(needs_tool("bpftool"), "btf", "dump", "file", tmp_path / "big.btf")
    assert dump.count("\n[") + 1 == len(decoded)


# In the order in which kernels learned them (4.18 to 6.9): one that lacks a kind lacks all behind it.
HISTORY = ("btf", "func", "datasec", "global_func", "float", "decl_tag", "type_tag", "enum64", "qmark_datasec")


@pytest.mark.parametrize("missing", HISTORY[1:])
@pytest.mark.usefixtures("privileged")
def test_sanitised_types_load(missing: str, opened: Callable[[str], rt.ObjectSpec]) -> None:
    """Without a kernel of each age: what stands in for a kind must be valid for one that has it too."""
    btf = opened("globals").btf
    assert btf is not None
    btf.types += [types.Enum64("wide", 8, False, [("WIDE_ONE", 1 << 40)]), types.Float("double", 8),
                  types.TypeTag("user", 1), types.DeclTag("note", btf.find(types.BTF_KIND_VAR, "limit") or 0, -1)]
    kind = {"float": types.Float, "enum64": types.Enum64, "type_tag": types.TypeTag, "decl_tag": types.DeclTag,
            "datasec": types.Datasec, "func": types.Func}.get(missing)
    result = sanitised(btf, set(HISTORY[: HISTORY.index(missing)]))
    if kind is not None:
        assert any(isinstance(item, kind) for item in btf.types)
        assert not any(isinstance(item, kind) for item in result.types)
    fd, _, log = syscall.btf_load(encode_btf(result), 1 << 16)
    assert fd >= 0, log
    os.close(fd)




@pytest.mark.usefixtures("privileged")
def test_probes_agree_with_this_kernel() -> None:
    """Any kernel these tests run on (6.x) has every kind."""
    assert features.btf_features() == set(features.BTF_FEATURES) == set(HISTORY)
    assert features.has_mmapable_arrays()
    assert not features.charges_memlock()


@pytest.mark.parametrize(("text", "count"), [("0", 1), ("0-3", 4), ("0-1,4-5,9", 5)])
def test_cpu_lists(text: str, count: int) -> None:
    assert features.count_cpus(text) == count


@pytest.mark.parametrize("damage", ["magic", "version", "strings", "kind", "reference", "vlen"])
def test_corrupt_btf(damage: str, built: Callable[[str], Path]) -> None:
    data = bytearray(btf_section(built("maps")))
    if damage == "magic":
        data[0] = 0
    elif damage == "version":
        data[2] = 9
    elif damage == "strings":
        struct.pack_into("<I", data, 20, 1 << 31)
    elif damage == "kind":
        data[24 + 7] = 31
    elif damage == "reference":
        struct.pack_into("<I", data, 24 + 8, 1 << 20)
    else:
        struct.pack_into("<H", data, 24 + 4, 0xFFFF)
        data[24 + 7] = types.BTF_KIND_STRUCT
    with pytest.raises(rt.BtfError):
        decode_btf(bytes(data))


def test_a_typedef_of_itself_ends() -> None:
    btf = types.Btf([types.Void(), types.Typedef("loop", 1)], b"\0")
    with pytest.raises(rt.BtfError, match="itself"):
        btf.resolve(1)
    nested = types.Btf([types.Void(), types.Array(1, 1, 3)], b"\0")
    with pytest.raises(rt.BtfError, match="itself"):
        nested.size_of(1)
