"""Every type of map in a sleepable program: this kernel takes it as the table says, and the compiler says it before."""

from __future__ import annotations

import os
import re
import textwrap
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import Options, check_file, compile_file
from pybpfc.tables import availability
from pybpfc.tables.map_kinds import by_class
from pybpfc.tables.rows import MapKind
from support.map_types import IN_PROGRAMS, refusal

# A map of each class, and what a program does with it.
USES = {
    "HashMap": ("HashMap[u32, u64](max_entries=8)", "m[1] = 2"),
    "ArrayMap": ("ArrayMap[u64](max_entries=8)", "m[1] = 2"),
    "ProgArray": ("ProgArray[pt_regs](max_entries=8)", "m.tail_call(ctx, 0)"),
    "PerfEventArray": ("PerfEventArray[u64]()", "m.output(ctx, u64(1))"),
    "PerCpuHashMap": ("PerCpuHashMap[u32, u64](max_entries=8)", "m[1] = 2"),
    "PerCpuArray": ("PerCpuArray[u64](max_entries=8)", "m[1] = 2"),
    "StackTrace": ("StackTrace(max_entries=8)", "m.get_stackid(ctx)"),
    "CgroupArray": ("CgroupArray(max_entries=8)", "m.current_task_under_cgroup(0)"),
    "LruHashMap": ("LruHashMap[u32, u64](max_entries=64)", "m[1] = 2"),
    "LruPerCpuHashMap": ("LruPerCpuHashMap[u32, u64](max_entries=64)", "m[1] = 2"),
    "LpmTrie": ("LpmTrie[Prefix, u64](max_entries=8)", "m.delete(Prefix(prefixlen=32, addr=1))"),
    "ArrayOfMaps": ("ArrayOfMaps[ArrayMap[u64]](max_entries=8, inner=ArrayMap[u64](max_entries=1))", "m.lookup(0)"),
    "HashOfMaps": ("HashOfMaps[u32, ArrayMap[u64]](max_entries=8, inner=ArrayMap[u64](max_entries=1))", "m.lookup(0)"),
    "DevMap": ("DevMap(max_entries=8)", "m.lookup(0)"),
    "SockMap": ("SockMap(max_entries=8)", "m.delete(0)"),
    "CpuMap": ("CpuMap(max_entries=8)", "m.lookup(0)"),
    "XskMap": ("XskMap(max_entries=8)", "m.lookup(0)"),
    "SockHash": ("SockHash[u32](max_entries=8)", "m.delete(0)"),
    "CgroupStorage": ("CgroupStorage[u64]()", "m.get()"),
    "ReuseportSockArray": ("ReuseportSockArray(max_entries=8)", "m.select(ctx, 0)"),
    "PerCpuCgroupStorage": ("PerCpuCgroupStorage[u64]()", "m.get()"),
    "Queue": ("Queue[u64](max_entries=8)", "m.push(u64(1))"),
    "Stack": ("Stack[u64](max_entries=8)", "m.push(u64(1))"),
    "SkStorage": ("SkStorage[u64]()", "m.delete(None)"),
    "DevMapHash": ("DevMapHash(max_entries=8)", "m.lookup(0)"),
    "RingBuf": ("RingBuf[u64](max_entries=4096)", "m.output(u64(1))"),
    "InodeStorage": ("InodeStorage[u64]()", "m.delete(None)"),
    "TaskStorage": ("TaskStorage[u64]()", "m.delete(bpf_get_current_task_btf())"),
    "BloomFilter": ("BloomFilter[u64](max_entries=8)", "m.push(u64(1))"),
    "UserRingBuf": ("UserRingBuf[u64](max_entries=4096)", "m.drain(taken, total)"),
    "CgrpStorage": ("CgrpStorage[u64]()", "m.delete(None)"),
    "Arena": ("Arena(max_entries=1)", "bpf_arena_alloc_pages(m, None, 1, -1)"),
}
# No sleepable kind of program has the helpers of these, or the objects that their values belong to are arguments of
# programs that a locked-down host refuses: the raw program of `refusal` has to do.
ELSEWHERE = {"SockMap", "SockHash", "CgroupStorage", "ReuseportSockArray", "PerCpuCgroupStorage", "SkStorage",
             "InodeStorage", "CgrpStorage"}


def program(kind: MapKind, *, sleepable: bool) -> str:
    declaration, use = USES[kind.class_name]
    return textwrap.dedent(f"""\
        from pybpfc import *
        from pybpfc.helpers import *
        from pybpfc.kfuncs import bpf_arena_alloc_pages

        LICENSE = "GPL"


        class Prefix(Struct):
            prefixlen: u32
            addr: u32


        class Total(Struct):
            total: u64


        m = {declaration}


        @callback
        def taken(record: bpf_dynptr, total: Total) -> int:
            return 0


        @uprobe("libc.so.6", "labs", sleepable={sleepable})
        def prog(ctx: pt_regs) -> int:
            total = Total.zero()
            total.total += 1
            {use}
            return 0
    """)


def running() -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", os.uname().release)[:2])


def version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


IDS = [kind.class_name for kind in IN_PROGRAMS]


def test_all_are_here() -> None:
    assert set(USES) == set(IDS)
    assert by_class("StructOpsMap") not in IN_PROGRAMS


@pytest.mark.usefixtures("privileged")
@pytest.mark.parametrize("kind", IN_PROGRAMS, ids=IDS)
def test_the_kernel(kind: MapKind) -> None:
    said = refusal(kind, sleepable=True)
    if kind.sleepable and running() >= version(kind.sleepable):
        assert said == ""
    else:
        assert "Sleepable programs can only use" in said
    assert refusal(kind, sleepable=False) == ""


@pytest.mark.parametrize("kind", [kind for kind in IN_PROGRAMS if kind.class_name not in ELSEWHERE],
                         ids=[name for name in IDS if name not in ELSEWHERE])
def test_the_compiler(kind: MapKind, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(program(kind, sleepable=True))
    codes = [item.code for item in check_file(str(path))]
    if not kind.sleepable:
        assert codes == ["BPF3067"]
    elif version(kind.sleepable) > version(availability.KERNEL):
        assert codes == ["BPF4004"]
        major, minor = version(kind.sleepable)
        assert check_file(str(path), Options(min_kernel=(major, minor))) == ()
        assert [item.code for item in check_file(str(path), Options(min_kernel=(major, minor - 1)))] == ["BPF4004"]
    else:
        assert codes == []
    if kind.class_name != "Arena":  # pages of an arena are asked for in sleepable programs alone
        path = tmp_path / "awake.py"
        path.write_text(program(kind, sleepable=False))
        assert check_file(str(path)) == ()


@pytest.mark.usefixtures("privileged")
@pytest.mark.parametrize("kind", [kind for kind in IN_PROGRAMS if kind.class_name not in ELSEWHERE and kind.sleepable],
                         ids=[kind.class_name for kind in IN_PROGRAMS
                              if kind.class_name not in ELSEWHERE and kind.sleepable])
def test_what_the_compiler_lets_through(kind: MapKind, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(program(kind, sleepable=True))
    spec = rt.ObjectSpec.from_bytes(compile_file(str(path)).data)
    if running() >= version(kind.sleepable):
        spec.load().close()
    else:
        with pytest.raises(rt.VerifierError, match="Sleepable programs can only use"):
            spec.load()
