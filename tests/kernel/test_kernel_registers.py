"""Registers behind a pointer, compared with the arguments of the system call that this process makes."""

from __future__ import annotations

import ctypes
import os
import platform
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file

pytestmark = pytest.mark.usefixtures("privileged")

_PROGRAM = """
from pybpfc import (
    PT_REGS_IP, PT_REGS_PARM1, PT_REGS_PARM2, PT_REGS_PARM3, PT_REGS_PARM5, PT_REGS_RC, PT_REGS_SP, ArrayMap,
    bpf_raw_tracepoint_args, cast, inline, raw_tracepoint, rodata, s64, tp_btf, u32, u64,
)
from pybpfc.helpers import bpf_get_current_pid_tgid, bpf_get_current_task_btf, bpf_task_pt_regs
from pybpfc.vmlinux import pt_regs

LICENSE = "GPL"
thread: u32 = rodata(0)
number: u64 = rodata(0)
seen = ArrayMap[u64](max_entries=24)


@inline
def keep(regs: pt_regs, at: u32) -> None:
    seen[at] = PT_REGS_PARM1(regs)
    seen[at + 1] = PT_REGS_PARM2(regs)
    seen[at + 2] = PT_REGS_PARM3(regs)
    seen[at + 3] = PT_REGS_PARM5(regs)
    seen[at + 4] = PT_REGS_RC(regs)
    seen[at + 5] = PT_REGS_IP(regs)
    seen[at + 6] = PT_REGS_SP(regs)


@tp_btf("sys_enter")
def on_call(regs: pt_regs, id: s64) -> int:
    if u32(bpf_get_current_pid_tgid()) == thread and u64(id) == number and PT_REGS_PARM3(regs) == 0x7777:
        keep(regs, 0)
        keep(bpf_task_pt_regs(bpf_get_current_task_btf()), 8)
    return 0


@raw_tracepoint("sys_enter")
def probed(ctx: bpf_raw_tracepoint_args) -> int:
    regs = cast(pt_regs, ctx.args[0])
    if u32(bpf_get_current_pid_tgid()) == thread and ctx.args[1] == number and PT_REGS_PARM3(regs) == 0x7777:
        keep(regs, 16)
    return 0
"""
_FCNTL, _ENOSYS = 72, 38


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the program has the system calls' numbers of x86-64")
def test_registers_of_a_system_call(tmp_path: Path) -> None:
    source = tmp_path / "registers.py"
    source.write_text(_PROGRAM)
    spec = rt.ObjectSpec.from_bytes(compile_file(str(source)).data, "registers")
    spec.rodata.thread, spec.rodata.number = os.getpid(), _FCNTL
    libc = ctypes.CDLL(None, use_errno=True)
    with spec.load() as bpf, bpf.programs["on_call"].attach(), bpf.programs["probed"].attach():
        given = [ctypes.c_long(number) for number in (-1, 0x55555, 0x7777, 0x8888, 0x9999)]
        assert libc.syscall(ctypes.c_long(_FCNTL), *given) == -1
        seen = dict(bpf.map("seen").items())
    three = [[seen[at + index] for index in range(7)] for at in (0, 8, 16)]
    assert three[0] == three[1] == three[2]
    first, second, third, fifth, result, at, stack = three[0]
    assert (first, second, third, fifth) == ((1 << 64) - 1, 0x55555, 0x7777, 0x9999)
    assert result == (1 << 64) - _ENOSYS  # which the entry of a system call puts there
    assert _permissions(at).startswith("r-x") and _permissions(stack).startswith("rw")


def _permissions(address: int) -> str:
    """Those of the memory of this process that an address is in."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        where, permissions, *_ = line.split()
        start, end = (int(number, 16) for number in where.split("-"))
        if start <= address < end:
            return permissions
    return "none"
