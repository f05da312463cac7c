"""What a kernel function returns in fewer than 32 bits: the rest of the register is whatever the kernel left there."""

from __future__ import annotations

from pathlib import Path

import pytest

from pybpfc import kernel_btf
from pybpfc.compiler.pipeline import Options, compile_file
from pybpfc_runtime import ObjectSpec
from pybpfc_runtime.disasm import decode
from pybpfc_runtime.elf import ElfFile
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


# Kernel functions of every width, which no kernel has: types that clang makes of C say that they are callable.
INTEGERS = {"u8": "unsigned char", "s8": "signed char", "u16": "unsigned short", "s16": "short", "u32": "unsigned int",
            "s32": "int", "u64": "unsigned long long", "s64": "long long", "bool": "_Bool"}

OF_EACH_WIDTH = """
from pybpfc import Struct, s8, s16, s32, s64, syscall, u8, u16, u32, u64
from pybpfc.kfuncs import bpf_{name}_of

LICENSE = "GPL"


class Request(Struct):
    number: u64


@syscall
def prog(request: Request) -> int:
    request.number = u64({wide}(bpf_{name}_of({argument})))
    return 0
"""

TWIN_OF_EACH_WIDTH = """
struct request {{ unsigned long long number; }};
extern {type} bpf_{name}_of({type} number) __attribute__((section(".ksyms")));

__attribute__((section("syscall"))) int prog(struct request *request)
{{
	request->number = bpf_{name}_of(request->number);
	return 0;
}}
"""


@pytest.mark.parametrize("name", INTEGERS)
def test_arguments_and_results_of_each_width(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller widens both: instruction by instruction as clang does it."""
    monkeypatch.setattr(kernel_btf, "_chosen", None)  # the types that are chosen here are gone after the test
    program, twin, types = tmp_path / "program.py", tmp_path / "twin.c", tmp_path / "types.c"
    types.write_text(f"__attribute__((btf_decl_tag(\"bpf_kfunc\"))) {INTEGERS[name]} bpf_{name}_of("
                     f"{INTEGERS[name]} number) {{ return number; }}")
    btf = tmp_path / "types.btf"
    described = clang.build(types, tmp_path / "types.o", tmp_path)
    btf.write_bytes(bytes(ElfFile(described.read_bytes()).by_name[".BTF"].data))
    program.write_text(OF_EACH_WIDTH.format(
        name=name, wide="s64" if name.startswith("s") else "u64",
        argument="request.number != 0" if name == "bool" else f"{name}(request.number)"))
    twin.write_text(TWIN_OF_EACH_WIDTH.format(name=name, type=INTEGERS[name]))
    ours = ObjectSpec.from_bytes(compile_file(str(program), Options(btf=str(btf))).data)
    theirs = ObjectSpec.open(clang.build(twin, tmp_path / "twin.o", tmp_path))
    code = [list(decode(spec.programs["prog"].function.instructions)) for spec in (ours, theirs)]
    assert code[0] == code[1]
