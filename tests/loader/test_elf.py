"""Files that are no BPF object, or were cut or corrupted: a typed error each time, and never much memory."""

from __future__ import annotations

import random
import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc_runtime import layout
from pybpfc_runtime.elf import MAX_NOBITS, ElfFile
from support.machine import check, needs_tool

CORRUPT = (rt.ElfError, rt.BtfError, rt.SpecError)


@pytest.mark.parametrize(("data", "words"), [
    (b"", "empty"),
    (b"#!/bin/sh\n", "not an ELF file"),
    (b"BC\xc0\xde" + bytes(100), "bitcode"),
    (b"\x7fELF\x02\x01\x01", "truncated"),
    (b"\x7fELF\x01\x01\x01" + bytes(80), "32-bit"),
    (b"\x7fELF\x02\x07\x01" + bytes(80), "byte order"),
])
def test_not_a_bpf_object(data: bytes, words: str) -> None:
    with pytest.raises(rt.ElfError, match=words) as caught:
        rt.ObjectSpec.from_bytes(data, "some/path.o")
    assert "some/path.o" in str(caught.value)
    assert caught.value.help
    assert caught.value.code == "BPF5001"


def test_object_for_the_host(tmp_path: Path) -> None:
    source = tmp_path / "host.c"
    source.write_text("int f(void) { return 1; }")
    check(needs_tool("clang-22"), "-c", source, "-o", tmp_path / "host.o")
    with pytest.raises(rt.ElfError, match="not for BPF"):
        rt.ObjectSpec.open(tmp_path / "host.o")


def test_every_truncation_is_an_error(built: Callable[[str], Path]) -> None:
    data = built("xdp_count").read_bytes()
    for length in range(0, len(data), 7):
        with pytest.raises(CORRUPT):
            rt.ObjectSpec.from_bytes(data[:length], "cut.o")


@pytest.mark.parametrize("name", ["xdp_count", "maps", "globals", "subprograms", "core"])
def test_random_damage_gives_typed_errors_only(name: str, built: Callable[[str], Path]) -> None:
    """A flipped byte may go unnoticed; what is noticed must be one of our errors."""
    original = built(name).read_bytes()
    noise = random.Random(5)
    refused = 0
    for _ in range(150):
        data = bytearray(original)
        for _ in range(noise.randrange(1, 4)):
            data[noise.randrange(len(data))] = noise.randrange(256)
        try:
            spec = rt.ObjectSpec.from_bytes(bytes(data), "damaged.o")
            rt.describe(spec)
        except CORRUPT:
            refused += 1
    assert refused > 10, "the damage was never noticed: does anything check?"


def test_a_huge_bss_is_not_believed(built: Callable[[str], Path]) -> None:
    data = bytearray(built("globals").read_bytes())
    elf = ElfFile(bytes(data))
    bss = elf.by_name[".bss"]
    headers = struct.unpack_from("<Q", data, 40)[0]
    struct.pack_into("<Q", data, headers + bss.index * 64 + 32, 1 << 50)
    tracemalloc.start()
    with pytest.raises(CORRUPT):
        rt.ObjectSpec.from_bytes(bytes(data), "huge.o")
    assert tracemalloc.get_traced_memory()[1] < MAX_NOBITS // 8
    tracemalloc.stop()


def test_a_section_symbol_with_a_reserved_number(built: Callable[[str], Path]) -> None:
    data = bytearray(built("globals").read_bytes())
    elf = ElfFile(bytes(data))
    table = elf.by_name[".symtab"]
    headers = struct.unpack_from("<Q", data, 40)[0]
    start = struct.unpack_from("<Q", data, headers + table.index * 64 + 24)[0]
    struct.pack_into("<IBBHQQ", data, start + 24, 0, 3, 0, 0xFFF1, 0, 0)  # STT_SECTION in SHN_ABS, without a name
    assert ElfFile(bytes(data)).symbols[1].name == ""


def test_variables_larger_than_python_can_hold() -> None:
    """Numbers come at once; of other elements there is a limit, and an error that says so."""
    count = 1 << 20
    numbers = layout.ArrayType(layout.S32, count)
    assert numbers.decode(struct.pack("<i", -7) * count)[count - 1] == -7
    assert layout.ArrayType(layout.BE16, 2).decode(b"\x01\x02\x03\x04") == (0x0102, 0x0304)
    assert layout.ArrayType(layout.BOOL, 3).decode(b"\0\1\2") == (False, True, True)
    with pytest.raises(layout.CodecError, match="more than there are"):
        numbers.decode(bytes(16))
    texts = layout.ArrayType(layout.StringType(2), count + 1)
    with pytest.raises(layout.CodecError, match="too many elements"):
        texts.decode(bytes(texts.size))


def test_big_endian_objects_are_read_but_not_loaded(tmp_path: Path) -> None:
    source = Path(__file__).with_name("c") / "subprograms.bpf.c"
    target = tmp_path / "big.o"
    check(needs_tool("clang-22"), "-O2", "-g", "-target", "bpfeb", "-mcpu=v3", "-I/usr/include/x86_64-linux-gnu",
          "-c", source, "-o", target)
    spec = rt.ObjectSpec.open(target)
    assert spec.byteorder == "big"
    assert set(spec.programs) == {"calls", "calls_again"}
    assert rt.describe(spec).relocations == {"call": 10, "function": 1}
    with pytest.raises(rt.ElfError, match="big-endian"):
        spec.load()


def test_legacy_maps_section(tmp_path: Path) -> None:
    source = tmp_path / "legacy.bpf.c"
    source.write_text('int old[5] __attribute__((section("maps"), used));\n')
    check(needs_tool("clang-22"), "-O2", "-g", "-target", "bpf", "-c", source, "-o", tmp_path / "legacy.o")
    with pytest.raises(rt.SpecError, match="legacy"):
        rt.ObjectSpec.open(tmp_path / "legacy.o")


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        rt.ObjectSpec.open(tmp_path / "nowhere.o")
    with pytest.raises(IsADirectoryError):
        rt.ObjectSpec.open(tmp_path)


def test_a_section_name_with_a_line_break(tmp_path: Path) -> None:
    """It would become a second command when the probe is written to tracefs."""
    source = tmp_path / "lines.c"
    source.write_text('__attribute__((section("kprobe/a\\np:evil do_exit"))) int f(void *c) { return 0; }')
    check(needs_tool("clang-22"), "-target", "bpf", "-O2", "-c", source, "-o", tmp_path / "lines.o")
    with pytest.raises(rt.SpecError, match="not for names"):
        rt.ObjectSpec.open(tmp_path / "lines.o")
