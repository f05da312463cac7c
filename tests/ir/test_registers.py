"""Which registers the arguments of probes and system calls are read from, by the target's processor."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pybpfc.compiler.pipeline import Options, compile_file

PROGRAM = """
from pybpfc import PT_REGS_FP, PT_REGS_IP, PT_REGS_PARM2, PT_REGS_SP, kprobe, kretprobe, ksyscall, pt_regs, s64, u64

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
