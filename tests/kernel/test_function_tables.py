"""Tables of functions for the kernel: a congestion control written in Python, on real connections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import pybpfc_runtime as rt
import veth
from pybpfc.compiler.pipeline import compile_file
from pybpfc_runtime.btf import types
from pybpfc_runtime.btf.ext import CORE_KINDS
from pybpfc_runtime.btf.relocate import describe
from pybpfc_runtime.struct_ops import StructOpsMap
from support import clang
from support.libbpf import Libbpf
from support.machine import EXAMPLES, check, needs_libbpf, needs_tool
from support.tcp import exchange

BPF_LDX, BPF_STX = 1, 3  # instruction classes, include/uapi/linux/bpf_common.h and bpf.h

pytestmark = pytest.mark.usefixtures("privileged")


@pytest.fixture
def namespace() -> Iterator[None]:
    made = veth.NetworkNamespace()
    with made.entered():
        made.ip("link", "set", "lo", "up")
        yield
    made.close()


def test_capped(example: Callable[[str], Path], namespace: None) -> None:
    spec = rt.ObjectSpec.open(str(example("tcp_capped")))
    spec.rodata.limit = 2
    with spec.load() as bpf:
        with bpf.attach_all() as links:
            assert [str(link.where) for link in links] == ["struct_ops tcp_congestion_ops"]
            assert exchange("capped", 30) == 2
        assert bpf.globals.connections == 1 and bpf.globals.capped >= 1
        with pytest.raises(FileNotFoundError):
            exchange("capped")


def test_the_writes_and_reads_are_relocated(example: Callable[[str], Path]) -> None:
    listing = check(needs_tool("bpftool"), "btf", "dump", "file", example("tcp_capped"))
    assert "STRUCT 'tcp_congestion_ops'" in listing and "DATASEC '.struct_ops.link'" in listing
    code = rt.ObjectSpec.open(str(example("tcp_capped"))).programs["cong_avoid"].function
    changed = {code.instructions[8 * index] & 7 for index, _ in code.core_relocations}
    assert changed == {BPF_LDX, BPF_STX}


def test_the_table_is_what_clang_makes_of_it(example: Callable[[str], Path], vmlinux_include: Path, tmp_path: Path,
                                            namespace: None) -> None:
    """Member by member, relocation by relocation, and on a connection."""
    twin = clang.build(Path(__file__).parent / "c" / "tcp_capped.bpf.c", tmp_path / "twin.o", vmlinux_include)
    ours, theirs = (rt.ObjectSpec.open(path) for path in (example("tcp_capped"), twin))
    assert _members(ours) == _members(theirs) and len(_members(ours)) >= 15
    assert _members(ours)["name"] == b"capped".ljust(16, b"\0")
    tables = [spec.maps["congestion_control"].struct_ops for spec in (ours, theirs)]
    assert all(tables)
    assert [(table.type_name, table.programs, table.by_link, table.autoattach) for table in tables[:1] if table] == [
        (table.type_name, table.programs, table.by_link, table.autoattach) for table in tables[1:] if table]
    for program in ours.programs:
        records = [_records(spec, program) for spec in (ours, theirs)]
        assert records[0] == records[1], program
    assert _records(ours, "cong_avoid")
    assert {each.name for each in ours.externs.values()} == {each.name for each in theirs.externs.values()}
    assert {name: program.section for name, program in ours.programs.items()} == {
        name: program.section for name, program in theirs.programs.items()}
    theirs.rodata.limit = 2
    with theirs.load() as bpf, bpf.attach_all():
        assert exchange("capped", 30) == 2


def _members(spec: rt.ObjectSpec) -> dict[str, bytes]:
    """The bytes of each member of the table."""
    table, btf = spec.maps["congestion_control"].struct_ops, spec.btf
    assert table is not None and btf is not None
    struct = btf.resolve(table.type_id)[1]
    assert isinstance(struct, types.Struct)
    return {each.name: bytes(table.data[each.bit_offset // 8 : each.bit_offset // 8 + btf.size_of(each.type)])
            for each in struct.members}


def _records(spec: rt.ObjectSpec, program: str) -> set[tuple[str, str]]:
    """What is relocated, by the names of members: the object holds those in use alone."""
    assert spec.btf is not None
    return {(CORE_KINDS[record.kind], describe(record, spec.btf))
            for _, record in spec.programs[program].function.core_relocations}


def test_data_members_can_be_set_before_load(example: Callable[[str], Path], namespace: None) -> None:
    spec = rt.ObjectSpec.open(str(example("tcp_capped")))
    table = spec.maps["congestion_control"].struct_ops
    assert table is not None and table.programs["init"] == "init"
    at = table.data.index(b"capped")
    table.data[at : at + 8] = b"renamed\0"
    with spec.load() as bpf:
        found = bpf.maps["congestion_control"]
        assert isinstance(found, StructOpsMap)
        with found.attach():
            exchange("renamed")
        assert bpf.globals.connections == 1


def test_libbpf_loads_it(tmp_path: Path) -> None:
    """In the form that every libbpf knows, which is registered without a link."""
    needs_libbpf()
    source, target = tmp_path / "plain.py", tmp_path / "plain.o"
    source.write_text((EXAMPLES / "tcp_capped.py").read_text().replace("map_flags=BPF_F_LINK, ", ""))
    target.write_bytes(compile_file(str(source)).data)
    with Libbpf().open(target):
        pass
