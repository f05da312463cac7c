"""`__user`, `__rcu` and `__percpu` of members, as kernels built by clang have them in their BTF."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.diagnostics import CompileError
from pybpfc.compiler.pipeline import Options, compile_file
from pybpfc_runtime.btf.relocate import describe
from support import clang

TYPES = """
#define tag(x) __attribute__((btf_type_tag(#x)))
struct robust_list_head { void *list; long futex_offset; };
struct counters { unsigned long hits; };
struct task_struct {
    int pid, tgid;
    struct robust_list_head tag(user) *robust_list;
    struct task_struct tag(rcu) *real_parent;
    struct task_struct tag(rcu) *last_wakee;
    struct counters tag(percpu) *counters;
    int tag(percpu) *numbers;
    char tag(user) *text;
} task;
"""

HEAD = """
from typing import Annotated

from pybpfc import (
    Str, Struct, copy, core_read, core_read_str, core_read_user, field_exists, field_size, s64, syscall, u32, u64,
)
from pybpfc.helpers import bpf_get_current_task_btf, bpf_per_cpu_ptr, bpf_probe_read_user_str, bpf_this_cpu_ptr
from pybpfc.vmlinux import task_struct

LICENSE = "GPL"


class Request(Struct):
    parent: u32
    wakee: u32
    offset: s64
    text: Annotated[Str, 16]


@syscall
def prog(request: Request) -> int:
    task: task_struct = bpf_get_current_task_btf()
"""

Compile = Callable[[str], bytes]


@pytest.fixture
def compiled(made: Callable[[str], bytes], tmp_path: Path) -> Compile:
    """The object of a program whose body is given, compiled for the types above."""
    types, program = tmp_path / "types.btf", tmp_path / "program.py"
    types.write_bytes(made(TYPES))

    def build(body: str) -> bytes:
        program.write_text(HEAD + "".join(f"    {line}\n" for line in body.splitlines()) + "    return 0\n")
        return compile_file(str(program), Options(btf=str(types))).data

    return build


def said(compiled: Compile, body: str) -> str:
    with pytest.raises(CompileError) as caught:
        compiled(body)
    return str(caught.value)


def calls(data: bytes) -> set[int]:
    """The numbers of the helpers that a program calls."""
    code = rt.ObjectSpec.from_bytes(data).programs["prog"].function.instructions
    items = struct.iter_unpack("<BBhi", code)
    return {number for opcode, registers, _, number in items if opcode == 0x85 and registers >> 4 == 0}


@pytest.mark.usefixtures("privileged")
def test_user_and_rcu_on_this_kernel(compiled: Compile) -> None:
    """The list of futexes is where glibc has it, in this process's memory; the kernel at hand has no tags."""
    data = compiled("""\
request.parent = u32(task.real_parent.tgid)
request.offset = core_read(task.robust_list.futex_offset)
there = task.robust_list
request.offset += core_read_user(there.futex_offset)
wakee = task.last_wakee
if wakee is not None:
    request.wakee = u32(wakee.tgid)
request.wakee ^= u32(core_read(task.last_wakee.tgid))""")
    with rt.ObjectSpec.from_bytes(data).load() as bpf:
        answer = bpf.programs["prog"].test_run(ctx=bytes(32)).ctx
    parent, _, offset = struct.unpack_from("<IIq", answer)
    assert (parent, offset) == (os.getppid(), 2 * -32)  # offsetof(struct pthread, mutex.lock) in glibc


def test_text_of_users(compiled: Compile) -> None:
    probe_read_user_str, probe_read_kernel_str = 114, 115
    kept = "kept = copy(request)\n"
    assert probe_read_user_str in calls(compiled(f"{kept}core_read_str(kept.text, task.text)"))
    assert probe_read_user_str in calls(compiled(f"{kept}bpf_probe_read_user_str(kept.text, task.text)"))
    assert probe_read_kernel_str not in calls(compiled(f"{kept}core_read_str(kept.text, task.text)"))


def test_copies_of_each_cpu(compiled: Compile) -> None:
    per_cpu_ptr, this_cpu_ptr = 153, 154
    data = compiled("""\
request.offset = s64(bpf_this_cpu_ptr(task.counters).hits)
other = bpf_per_cpu_ptr(task.counters, 1)
if other is not None:
    request.offset += s64(other.hits)
request.offset += bpf_this_cpu_ptr(task.numbers).value""")
    assert {per_cpu_ptr, this_cpu_ptr} <= calls(data)


@pytest.mark.parametrize(("read", "code", "words"), [
    ("task.robust_list.futex_offset", "BPF2034", "points to user memory"),
    ("task.last_wakee.tgid", "BPF2012", "`task.last_wakee` may be None here"),
    ("task.counters.hits", "BPF2017", "`task.counters` is kernel memory of which each CPU has a copy"),
    ("core_read(task.counters.hits)", "BPF2017", "`task.counters` is kernel memory of which each CPU has a copy"),
    ("task.numbers.value", "BPF2017", "`task.numbers` is kernel memory of which each CPU has a copy"),
    ("core_read(task.numbers.value)", "BPF2017", "`task.numbers` is kernel memory of which each CPU has a copy"),
])
def test_refused(compiled: Compile, read: str, code: str, words: str) -> None:
    text = said(compiled, f"request.offset = s64({read})")
    assert f"error[{code}]" in text and words in text


TWIN = f"""
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
{TYPES.replace("} task;", "};")}
#pragma clang attribute pop

char LICENSE[] SEC("license") = "GPL";
struct request {{ __u32 parent, wakee; long offset; char text[16]; }};

SEC("syscall")
int prog(struct request *request)
{{
    struct task_struct *task = (void *)bpf_get_current_task_btf(), *wakee;
    struct robust_list_head *list = BPF_CORE_READ(task, robust_list);
    struct counters *counters;
    const char *text;
    int *number;

    request->parent = task->real_parent->tgid;
    request->offset = BPF_CORE_READ_USER(list, futex_offset);
    wakee = task->last_wakee;
    if (wakee)
        request->wakee = wakee->pid;
    request->wakee ^= BPF_CORE_READ(task, last_wakee, real_parent, tgid);
    counters = bpf_this_cpu_ptr(task->counters);
    request->offset += counters->hits;
    counters = bpf_per_cpu_ptr(task->counters, 1);
    if (counters)
        request->offset += counters->hits;
    number = bpf_this_cpu_ptr(task->numbers);
    request->offset += *number;
    text = BPF_CORE_READ(task, text);
    bpf_probe_read_user_str(request->text, sizeof(request->text), text);
    request->parent += bpf_core_field_exists(task->counters) + bpf_core_field_size(task->text);
    return 0;
}}
"""


def test_records_and_helpers_agree_with_clang(compiled: Compile, tmp_path: Path) -> None:
    data = compiled("""\
request.parent = u32(task.real_parent.tgid)
request.offset = core_read(task.robust_list.futex_offset)
wakee = task.last_wakee
if wakee is not None:
    request.wakee = u32(wakee.pid)
request.wakee ^= u32(core_read(task.last_wakee.real_parent.tgid))
request.offset += s64(bpf_this_cpu_ptr(task.counters).hits)
other = bpf_per_cpu_ptr(task.counters, 1)
if other is not None:
    request.offset += s64(other.hits)
request.offset += bpf_this_cpu_ptr(task.numbers).value
kept = copy(request)
core_read_str(kept.text, task.text)
request.parent += u32(field_exists(task.counters)) + field_size(task.text)""")
    source = tmp_path / "twin.bpf.c"
    source.write_text(TWIN)
    twin = rt.ObjectSpec.open(clang.build(source, tmp_path / "twin.o", tmp_path))
    ours, theirs = records(rt.ObjectSpec.from_bytes(data)), records(twin)
    assert ours == theirs
    assert "byte_off of robust_list_head.futex_offset" in ours and "byte_off of counters.hits" in ours
    assert calls(data) == calls((tmp_path / "twin.o").read_bytes())


def records(spec: rt.ObjectSpec) -> set[str]:
    """What is relocated, by name: of structs from BTF the object has the members in use alone."""
    assert spec.btf is not None
    return {describe(record, spec.btf).removeprefix("CO-RE relocation ")
            for _, record in spec.programs["prog"].function.core_relocations}


TRACED = """
#define tag(x) __attribute__((btf_type_tag(#x)))
struct child { int pid; };
int traced(int flags, struct child tag(user) *there, struct child *here, struct child tag(percpu) *each) {
    return flags + here->pid;
}
struct child tag(user) *gives(void) { return 0; }
"""


def test_arguments_and_results_of_what_is_traced(made: Callable[[str], bytes], tmp_path: Path) -> None:
    types, program = tmp_path / "traced.btf", tmp_path / "traced.py"
    types.write_bytes(made(TRACED))

    def build(body: str, target: str = "traced") -> bytes:
        parameters = {"traced": "flags: s32, there: child, here: child, each: child", "gives": "ret: child"}[target]
        program.write_text(f"""
from pybpfc import core_read, core_read_user, fentry, fexit, s32
from pybpfc.helpers import bpf_this_cpu_ptr
from pybpfc.vmlinux import child

LICENSE = "GPL"


@{"fentry" if target == "traced" else "fexit"}("{target}")
def prog({parameters}) -> int:
    return {body}
""")
        return compile_file(str(program), Options(btf=str(types))).data

    probe_read_user, this_cpu_ptr = 112, 154
    assert not calls(build("here.pid"))
    assert calls(build("core_read_user(there.pid)")) == calls(build("core_read(there.pid)")) == {probe_read_user}
    assert calls(build("core_read_user(ret.pid)", "gives")) == {probe_read_user}
    assert calls(build("bpf_this_cpu_ptr(each).pid")) == {this_cpu_ptr}
    for body, target in (("there.pid", "traced"), ("ret.pid", "gives"), ("each.pid", "traced")):
        with pytest.raises(CompileError):
            build(body, target)
