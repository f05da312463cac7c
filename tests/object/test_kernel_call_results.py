"""What a kernel function returns in fewer than 32 bits: the rest of the register is whatever the kernel left there."""

from __future__ import annotations

from pathlib import Path

from pybpfc.compiler.pipeline import compile_file
from pybpfc_runtime import ObjectSpec
from pybpfc_runtime.disasm import decode
from support import clang

PROGRAM = """
from pybpfc import data, fentry, u32
from pybpfc.kfuncs import bpf_cpumask_empty
from pybpfc.vmlinux import cpumask

LICENSE = "GPL"
answer: u32 = data(0)


@fentry("pybpfc_no_such_function")
def prog(mask: cpumask) -> int:
    global answer
    answer = 5 if bpf_cpumask_empty(mask) else 6
    return 0
"""

TWIN = """
struct cpumask;
extern _Bool bpf_cpumask_empty(const struct cpumask *mask) __attribute__((section(".ksyms")));

__attribute__((section("fentry/do_exit"))) int prog(unsigned long long *ctx)
{
	return bpf_cpumask_empty((void *)ctx[0]) ? 5 : 6;
}
"""

_CALL, _AND_32, _AND_64 = 0x85, 0x54, 0x57


def masked(spec: ObjectSpec) -> bool:
    """Whether one bit of the result is what is looked at behind the call."""
    items = [item for _, item in decode(spec.programs["prog"].function.instructions)]
    behind = items[next(number for number, item in enumerate(items) if item.code == _CALL) + 1:]
    return any(item.code in (_AND_32, _AND_64) and item.imm == 1 for item in behind)


def test_a_bool_is_one_bit(tmp_path: Path) -> None:
    program, twin = tmp_path / "program.py", tmp_path / "twin.c"
    program.write_text(PROGRAM)
    twin.write_text(TWIN)
    assert masked(ObjectSpec.from_bytes(compile_file(str(program)).data))
    assert masked(ObjectSpec.open(clang.build(twin, tmp_path / "twin.o", tmp_path)))
