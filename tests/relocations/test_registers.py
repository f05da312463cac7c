"""Arguments in registers, beside clang's macros for them (bpf/bpf_tracing.h).

The registers of a system call, and those behind a pointer, lie in the kernel's memory, whose layout is relocated. Those
of a probe are its context, whose layout programs and kernel agree on (`bpf_user_pt_regs_t`, include/uapi): loads at
constant offsets, which clang relocates to themselves where it is told that the struct is the kernel's.
"""

from __future__ import annotations

from pathlib import Path

import pybpfc_runtime as rt
from support import clang
from support.machine import pybpfc

from .test_records import by_name, records

HERE = Path(__file__).with_name("registers")
OFFSETS = {"r10": 56, "r8": 72, "ax": 80, "cx": 88, "dx": 96, "si": 104, "di": 112}  # struct pt_regs, uapi/asm/ptrace.h
LOAD_64 = 0x79  # BPF_LDX | BPF_MEM | BPF_DW


def test_registers_agree_with_clang(tmp_path: Path) -> None:
    path = tmp_path / "registers.o"
    done = pybpfc("build", HERE / "registers.py", "-o", path)
    assert done.returncode == 0, done.stdout + done.stderr
    ours = records(path, by_name)
    theirs = records(clang.build(HERE / "registers.bpf.c", tmp_path / "twin.o", HERE), by_name)
    for name, count in ("system_call", 5), ("untrusted", 7), ("of_task", 4):
        assert ours[name] == theirs[name] and len(ours[name]) == count

    functions = {program.name: program.function for program in rt.ObjectSpec.open(path).programs.values()}
    for name in "arguments", "result", "system_result":
        assert not ours[name]
        registers = {words[-1].rpartition(".")[2] for words in theirs[name]}
        loaded = {int.from_bytes(code[2:4], "little") for code in slots(functions[name].instructions)
                  if code[0] == LOAD_64}
        assert {OFFSETS[register] for register in registers} <= loaded, name


def test_the_sixth_argument_of_a_system_call(tmp_path: Path) -> None:
    """A function's sixth argument is on the stack on s390x, a system call's in a register."""
    program, path = tmp_path / "six.py", tmp_path / "six.o"
    program.write_text("""
from pybpfc import data, ksyscall, u64

LICENSE = "GPL"
total: u64 = data(0)


@ksyscall("futex")
def prog(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64) -> int:
    global total
    total = a + f
    return 0
""")
    done = pybpfc("build", "--target-arch", "s390x", program, "-o", path)
    assert done.returncode == 0 and "BPF4005" in done.stderr, "an object that no such machine loads, and says so"
    found = {words[-1].rpartition(" ")[2] for words in records(path, by_name)["prog"]}
    assert found == {"pt_regs.orig_gpr2", *(f"pt_regs.gprs[{number}]" for number in range(3, 8))}
    program.write_text(program.read_text().replace("ksyscall", "kprobe"))
    done = pybpfc("build", "--target-arch", "s390x", program, "-o", path)
    assert "argument 6 is not passed in a register" in done.stdout + done.stderr


def slots(code: bytes) -> list[bytes]:
    return [code[at : at + 8] for at in range(0, len(code), 8)]
