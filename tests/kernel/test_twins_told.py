"""What objects tell the loader and the kernel beside code: externs, prototypes, tags. clang's twins tell the same.

Compared are the types as they stand in the file; a loader changes some of them.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

import pybpfc_runtime as rt
from pybpfc import kernel_functions
from pybpfc.compiler.pipeline import Options, compile_file
from pybpfc_runtime.btf import types
from pybpfc_runtime.btf.decode import decode_btf
from pybpfc_runtime.btf.relocate import describe
from pybpfc_runtime.elf import ElfFile
from support import clang, kernel_calls

pytestmark = pytest.mark.usefixtures("privileged")

HERE = Path(__file__).parent
FOLDERS = {"symbols": HERE.parent / "vm" / "programs"}
NAMES = ("kernel_functions", "kernel_symbols", "kernel_pointers", "res_locks", "argument_tags", *FOLDERS)
_LINKAGE = ("static", "global", "extern")


class Twins(NamedTuple):
    """Two objects as they are in their files, and as a loader reads them."""

    types: tuple[types.Btf, types.Btf]
    specs: tuple[rt.ObjectSpec, rt.ObjectSpec]


Twin = Callable[[str], Twins]


@pytest.fixture
def twins(vmlinux_include: Path, tmp_path: Path) -> Twin:
    """`twins("res_locks")`: programs/res_locks.py by us, c/res_locks.bpf.c by clang."""

    def build(name: str) -> Twins:
        ours = compile_file(str(FOLDERS.get(name, HERE / "programs") / f"{name}.py"), Options(min_kernel=(6, 9))).data
        theirs = clang.build(HERE / "c" / f"{name}.bpf.c", tmp_path / f"{name}.o", vmlinux_include).read_bytes()
        read = [decode_btf(ElfFile(data).by_name[".BTF"].data) for data in (ours, theirs)]
        specs = [rt.ObjectSpec.from_bytes(data, name) for data in (ours, theirs)]
        return Twins((read[0], read[1]), (specs[0], specs[1]))

    return build


def shown(btf: types.Btf, number: int) -> str:
    """A type as loaders compare it: without typedefs and qualifiers, structs by name, `char` as any byte."""
    type_ = btf.type(number)
    if isinstance(type_, (types.Typedef, types.Const, types.Volatile, types.Restrict)):
        return shown(btf, type_.type)
    if isinstance(type_, types.TypeTag):
        return f"{type_.name} {shown(btf, type_.type)}"
    if isinstance(type_, types.Ptr):
        return f"* {shown(btf, type_.type)}"
    if isinstance(type_, types.Array):
        return f"{shown(btf, type_.element)}[{type_.count}]"
    if isinstance(type_, types.Int):
        if type_.size == 1:
            return "bool" if type_.encoding & types.INT_BOOL else "byte"
        return f"{'s' if type_.encoding & types.INT_SIGNED else 'u'}{type_.bits}"
    if isinstance(type_, types.FuncProto):
        return f"{shown(btf, type_.result)} ({', '.join(shown(btf, one) for _, one in type_.parameters)})"
    return type_.name


def externs(btf: types.Btf) -> dict[str, str]:
    """The functions and variables that an object declares and the kernel has: section, linkage, type."""
    found = {}
    for section in btf.types:
        if isinstance(section, types.Datasec) and section.name in (".ksyms", ".kconfig"):
            for number, _, size in section.variables:
                what = btf.type(number)
                assert isinstance(what, (types.Var, types.Func))
                word = "function" if isinstance(what, types.Func) else "variable"
                # In .ksyms sizes mean nothing: a loader puts an `int` in the place of each variable.
                held = f"{size} bytes of " if section.name == ".kconfig" else ""
                found[what.name] = f"{section.name} {_LINKAGE[what.linkage]} {word} {held}{shown(btf, what.type)}"
    return found


def functions(btf: types.Btf, spec: rt.ObjectSpec) -> dict[str, str]:
    """The object's own functions but programs, whose contexts the kernel knows by their kinds: linkage, type, and
    names of parameters with their tags."""
    tags: dict[tuple[int, int], list[str]] = {}
    for tag in btf.types:
        if isinstance(tag, types.DeclTag):
            tags.setdefault((tag.type, tag.component), []).append(tag.name)
    found = {}
    for number, type_ in enumerate(btf.types):
        if isinstance(type_, types.Func) and type_.linkage != types.EXTERN and type_.name not in spec.programs:
            prototype = btf.type(type_.type)
            assert isinstance(prototype, types.FuncProto)
            parameters = [f"{name}: {' '.join(sorted(tags.get((number, position), [])))} {shown(btf, parameter)}"
                          for position, (name, parameter) in enumerate(prototype.parameters)]
            found[type_.name] = f"{_LINKAGE[type_.linkage]} {shown(btf, prototype.result)} ({', '.join(parameters)})"
    return found


def values(btf: types.Btf) -> dict[str, list[str]]:
    """The structs in maps and variables, and those that their tags name: members, places, tags."""
    found: dict[str, list[str]] = {}
    named = {type_.name: number for number, type_ in enumerate(btf.types) if isinstance(type_, types.Struct)}
    for name in sorted(named.keys() & {"Kept", "Queue", "Cell", "Job"}):
        struct_ = btf.type(named[name])
        assert isinstance(struct_, types.Struct)
        found[name] = [f"{member.name} at {member.bit_offset}: {shown(btf, member.type)}" for member in struct_.members]
        found[name] += sorted(f"{tag.component} {tag.name}" for tag in btf.types if isinstance(tag, types.DeclTag)
                              and tag.type == named[name])
    return found


def relocated(spec: rt.ObjectSpec) -> dict[str, set[str]]:
    """What CO-RE fills in, by function and name: of structs from BTF the object has the members in use alone."""
    assert spec.btf is not None
    return {function.name: {describe(record, spec.btf) for _, record in function.core_relocations}
            for function in spec.functions.values()}


def used(spec: rt.ObjectSpec) -> dict[str, set[tuple[str, str]]]:
    """Which externs each function calls, or asks the address of."""
    return {function.name: {(each.kind, each.name) for each in function.references
                            if each.name in spec.externs and each.kind in ("extern", "call")}
            for function in spec.functions.values()}


@pytest.mark.parametrize("name", NAMES)
def test_they_tell_the_same(name: str, twins: Twin) -> None:
    both, specs = twins(name)
    ours, theirs = ((externs(btf), functions(btf, spec), values(btf), relocated(spec), used(spec),
                     {each.name: each.weak for each in spec.externs.values()})
                    for btf, spec in zip(both, specs, strict=True))
    for mine, other in zip(ours, theirs, strict=True):
        assert mine == other


def test_what_is_compared(twins: Twin) -> None:
    both, specs = twins("kernel_functions")
    assert externs(both[1])["bpf_cpumask_test_cpu"] == ".ksyms extern function bool (u32, * cpumask)"
    assert specs[1].externs["bpf_cpumask_weight"].weak and not specs[1].externs["bpf_cpumask_create"].weak
    assert ("extern", "bpf_cpumask_weight") in used(specs[1])["ask"]
    both, specs = twins("res_locks")
    assert values(both[1])["Queue"] == [
        "lock at 0: bpf_res_spin_lock", "length at 32: u32", "jobs at 64: bpf_list_head", "2 contains:Job:link"]
    both, specs = twins("argument_tags")
    assert functions(both[1], specs[1])["tgid"] == "global s32 (task: arg:nullable arg:trusted * task_struct)"
    assert values(twins("kernel_pointers").types[1])["Kept"][0] == "task at 0: * kptr task_struct"


def test_arguments_in_arenas(twins: Twin) -> None:
    """The twin has a part of the program only, in names of its own."""
    both, specs = twins("arenas")
    lengths = [functions(btf, spec)["length"].lower() for btf, spec in zip(both, specs, strict=True)]
    assert lengths == ["global u32 (item: arg:arena * item)"] * 2
    allocate = [externs(btf)["bpf_arena_alloc_pages"] for btf in both]
    assert allocate[0] == allocate[1]


def test_prototypes_of_every_function(vmlinux_include: Path, tmp_path: Path) -> None:
    """Of those that the kernel has and a program can be written for; the twin declares them as C does."""
    programs = []
    for name in kernel_functions.kfuncs():
        try:
            programs.append(kernel_calls.program(name))
        except kernel_calls.NotWritten:
            continue
    source, twin = tmp_path / "every.py", tmp_path / "every.bpf.c"
    source.write_text(kernel_calls.module(programs))
    ours = externs(decode_btf(ElfFile(compile_file(str(source)).data).by_name[".BTF"].data))
    declared, uses = [], []
    for name in ours:
        signature = kernel_functions.callable_signature(name)
        assert signature is not None
        prototype = kernel_functions.c_prototype(signature.kernel, name, signature.type_id)
        if "function *" not in prototype:  # a callback, whose own parameters are not shown
            declared.append(f"extern {prototype} __ksym;\n")
            uses.append(f"\tused = {name};\n")
    twin.write_text('#include "vmlinux.h"\n#include <bpf/bpf_helpers.h>\n' + "".join(declared)
                    + '\nSEC("syscall")\nint prog(void *ctx)\n{\n\tvoid *volatile used;\n\n'
                    + "".join(uses) + "\treturn 0;\n}\n")
    built = clang.build(twin, tmp_path / "every.o", vmlinux_include)
    theirs = externs(decode_btf(ElfFile(built.read_bytes()).by_name[".BTF"].data))
    assert len(theirs) > 100
    assert {name: ours[name] for name in theirs} == theirs


def runner(bpf: rt.Object, form: str) -> Callable[..., int]:
    def run(program: str, *numbers: int) -> int:
        done = bpf.programs[program].test_run(ctx=struct.pack(form, *numbers))
        return ctypes.c_int32(done.return_value).value

    return run


def test_kernel_functions_answer_the_same(twins: Twin) -> None:
    text, answers = ctypes.create_string_buffer(b"hello"), []
    for spec in twins("kernel_functions").specs:
        with spec.load() as bpf:
            assert runner(bpf, "ixxxxQ")("ask", os.getpid(), ctypes.addressof(text)) == 0
            answer = bpf.globals.answer
            answers.append((answer.tgid, answer.parent, answer.weight, answer.second, answer.length, answer.text))
    assert answers == [(os.getpid(), os.getppid(), 2, 1, 6, "hello")] * 2


def test_symbols_answer_the_same(twins: Twin) -> None:
    answers = []
    for spec in twins("kernel_symbols").specs:
        with spec.load() as bpf:
            assert bpf.programs["ask"].test_run(data=bytes(64)).return_value == 2
            answers.append(bytes(bpf.maps[".bss"][0])[:-8])  # jiffies pass
    assert answers[0] == answers[1]


def test_kept_tasks_answer_the_same(twins: Twin) -> None:
    own, parent = os.getpid(), os.getppid()
    for spec in twins("kernel_pointers").specs:
        with spec.load() as bpf:
            run = runner(bpf, "i")
            assert [run(program, pid) for program, pid in (
                ("look", 0), ("hold", 0), ("keep", own), ("look", 0), ("hold", 0), ("keep", parent), ("forget", 0),
                ("forget", 0))] == [0, 0, 0, own, parent, own, parent, 0]


def test_locks_answer_the_same(twins: Twin) -> None:
    for spec in twins("res_locks").specs:
        with spec.load() as bpf:
            run = runner(bpf, "Q")
            assert [run("push", 7), run("push", 8), *(run("pop", 0) for _ in range(3))] == [0, 0, 7, 8, -2]
            assert [run("two", 0), run("deadlock", 0), run("two", 0), run("quiet", 40)] == [0, -35, 0, 43]


def test_tagged_arguments_answer_the_same(twins: Twin) -> None:
    for spec in twins("argument_tags").specs:
        with spec.load(rodata={"only": os.getpid()}) as bpf:
            assert bpf.programs["prog"].test_run(data=bytes(64)).return_value == 1
            with bpf.programs["on_call"].attach():
                os.getppid()
            seen = bpf.globals.seen
            assert (seen.tgid, seen.parent, seen.nobody) == (os.getpid(), os.getppid(), -1)
