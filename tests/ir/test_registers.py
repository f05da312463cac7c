"""Which registers the arguments of probes and system calls are read from, by the target's processor."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import Options, compile_file
from pybpfc_runtime.btf.relocate import describe

PROGRAM = """
from pybpfc import (
    PT_REGS_FP, PT_REGS_IP, PT_REGS_PARM2, PT_REGS_RC, PT_REGS_SP, bpf_raw_tracepoint_args, cast, kprobe, kretprobe,
    ksyscall, pt_regs, raw_tracepoint, s64, u64,
)
from pybpfc.helpers import bpf_get_current_task_btf, bpf_task_pt_regs
from pybpfc.vmlinux import pt_regs as kernel_registers

LICENSE = "GPL"

@kprobe("f")
def arguments(a: u64, b: u64, c: u64, d: u64, e: u64) -> int:
    return int32(a ^ b ^ c ^ d ^ e)

@kretprobe("f")
def result(ret: s64) -> int:
    return int32(ret)

@kprobe("f")
def purposes(ctx: pt_regs) -> int:
    return int32(PT_REGS_PARM2(ctx) ^ PT_REGS_SP(ctx) ^ PT_REGS_FP(ctx) ^ PT_REGS_IP(ctx))

@raw_tracepoint("sys_enter")
def behind(ctx: bpf_raw_tracepoint_args) -> int:
    regs = cast(kernel_registers, ctx.args[0])
    return int32(PT_REGS_PARM2(regs) ^ PT_REGS_RC(regs) ^ PT_REGS_SP(regs) ^ PT_REGS_FP(regs) ^ PT_REGS_IP(regs))

@raw_tracepoint("sys_enter")
def trusted(ctx: bpf_raw_tracepoint_args) -> int:
    regs = bpf_task_pt_regs(bpf_get_current_task_btf())
    return int32(PT_REGS_PARM2(regs) ^ PT_REGS_IP(regs))

@ksyscall("openat")
def call(dfd: u64, name: u64, flags: u64, mode: u64) -> int:
    return int32(dfd ^ name ^ flags ^ mode)
""".replace("int32(", "s32(").replace("s64, u64", "s32, s64, u64", 1)

# arguments, result; second argument, stack, frame, instruction pointer: offsets in what a program gets
OFFSETS = {
    "x86_64": ([112, 104, 96, 88, 72], [80], [104, 152, 32, 128]),
    "aarch64": ([0, 8, 16, 24, 32], [0], [8, 248, 232, 256]),
    "riscv64": ([80, 88, 96, 104, 112], [80], [88, 16, 64, 0]),
    "s390x": ([40, 48, 56, 64, 72], [40], [48, 144, 112, 16]),
    "ppc64le": ([24, 32, 40, 48, 56], [24], [32, 8, 248, 256]),
}
# the registers of user space that hold a system call's arguments
CALL = {
    "x86_64": ["di", "si", "dx", "r10"], "aarch64": ["orig_x0", "regs", "regs", "regs"],
    "riscv64": ["orig_a0", "a1", "a2", "a3"], "s390x": ["orig_gpr2", "gprs", "gprs", "gprs"],
    "ppc64le": ["orig_gpr3", "gpr", "gpr", "gpr"],
}
# in the kernel's own struct: second argument, result, stack, frame, instruction pointer
BEHIND = {
    "x86_64": ["si", "ax", "sp", "bp", "ip"], "aarch64": ["regs[1]", "regs[0]", "sp", "regs[29]", "pc"],
    "riscv64": ["a1", "a0", "sp", "s0", "epc"],
    "s390x": ["gprs[3]", "gprs[2]", "gprs[15]", "gprs[11]", "psw.addr"],
    "ppc64le": ["gpr[4]", "gpr[3]", "gpr[1]", "gpr[31]", "nip"],
}


@pytest.mark.parametrize("arch", OFFSETS)
def test_registers(arch: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    made = compile_file(str(path), Options(target_arch=arch))
    functions = {function.name: function for function in made.module.functions}

    def offsets(name: str) -> list[int]:
        return [item.byte_offset for item in functions[name].instructions() if hasattr(item, "byte_offset")]

    arguments, result, purposes = OFFSETS[arch]
    assert offsets("arguments") == arguments
    assert offsets("result") == result
    assert offsets("purposes") == purposes
    inner = [item.struct.layout.fields[item.index].name for item in functions["call"].instructions()
             if hasattr(item, "relocatable") and hasattr(item, "struct")]
    assert inner == CALL[arch]
    assert re.search(r"extern LINUX_HAS_SYSCALL_WRAPPER: bool in \.kconfig", made.ir)

    accesses = {program.name: [describe(record, spec.btf).partition(" of pt_regs.")[2]
                               for _, record in program.function.core_relocations]
                for spec in [rt.ObjectSpec.from_bytes(made.data)] if spec.btf is not None
                for program in spec.programs.values()}
    assert accesses["arguments"] == accesses["result"] == accesses["purposes"] == []  # UAPI, the same everywhere
    assert sorted(accesses["behind"]) == sorted(BEHIND[arch])
    assert sorted(accesses["trusted"]) == sorted((BEHIND[arch][0], BEHIND[arch][4]))

ELSEWHERE = """
import os, sys
machine = type("Uname", (), {"machine": sys.argv[1]})
os.uname = lambda: machine
import pybpfc
from pybpfc.compiler.pipeline import Options, compile_file
function = next(item for item in compile_file(sys.argv[2]).module.functions if item.name == "result")
print([item.byte_offset for item in function.instructions() if hasattr(item, "byte_offset")])
"""


@pytest.mark.parametrize("arch", OFFSETS)
def test_without_another_word_the_machine_that_compiles(arch: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    done = subprocess.run([sys.executable, "-c", ELSEWHERE, arch, str(path)], capture_output=True, text=True,
                          check=True)
    assert done.stdout.strip() == str(OFFSETS[arch][1])
