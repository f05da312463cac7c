"""Elements of arrays that are structs without a name: bit fields, embedded ones, rows, and arrays in arrays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.diagnostics import CompileError
from pybpfc.compiler.pipeline import Options, compile_file
from pybpfc_runtime.btf.relocate import describe
from support import clang

TYPES = """
struct outer {
    int first;
    struct {
        int number;
        unsigned low : 3, high : 5;
        struct { int text; struct { char letters[4]; } words[3]; } inner;
    } slots[8];
    union { int narrow; long wide; } rows[2][3];
    struct { int behind; } *pointer;
    struct { int one, two; } last[];
} outer;
"""

PROGRAM = """
from pybpfc import bpf_raw_tracepoint_args, cast, core_read, data, field_size, raw_tracepoint, s32, u32, u64
from pybpfc.helpers import bpf_get_current_task
from pybpfc.vmlinux import outer

LICENSE = "GPL"
found: u64 = data(0)


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    global found
    it = cast(outer, u64(bpf_get_current_task()))
    index = found & 1
    found = u64({})
    return 0
"""

# What C has to write: the pointer moved on by so many elements, then element 0.
TWIN = f"""
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
{TYPES.replace("} outer;", "};")}
#pragma clang attribute pop

char LICENSE[] SEC("license") = "GPL";
__u64 found;

SEC("raw_tp/sys_enter")
int prog(void *ctx)
{{
    struct outer *it = (void *)bpf_get_current_task();
    __u64 index = found & 1;

    it = (void *)it + index * MOVED;
    found = READ;
    return 0;
}}
"""


@pytest.mark.parametrize(("chain", "moved", "read"), [
    ("core_read(it.slots[index].number)", "bpf_core_field_size(it->slots[0])", "BPF_CORE_READ(it, slots[0].number)"),
    ("core_read(it.slots[index].high)", "bpf_core_field_size(it->slots[0])",
     "BPF_CORE_READ_BITFIELD_PROBED(it, slots[0].high)"),
    ("core_read(it.slots[index].inner.words[2].letters[1])", "bpf_core_field_size(it->slots[0])",
     "BPF_CORE_READ(it, slots[0].inner.words[2].letters[1])"),
    ("core_read(it.slots[3].inner.words[index].letters[1])", "bpf_core_field_size(it->slots[3].inner.words[0])",
     "BPF_CORE_READ(it, slots[3].inner.words[0].letters[1])"),
    ("core_read(it.slots[index].inner.words[index].letters[1])",
     "(bpf_core_field_size(it->slots[0]) + bpf_core_field_size(it->slots[0].inner.words[0]))",
     "BPF_CORE_READ(it, slots[0].inner.words[0].letters[1])"),
    ("core_read(it.rows[index][2].wide)", "bpf_core_field_size(it->rows[0])", "BPF_CORE_READ(it, rows[0][2].wide)"),
    ("core_read(it.rows[1][index].wide)", "bpf_core_field_size(it->rows[1][0])", "BPF_CORE_READ(it, rows[1][0].wide)"),
    ("core_read(it.last[found].two)", "bpf_core_field_size(it->last[0])", "BPF_CORE_READ(it, last[0].two)"),
    ("field_size(it.slots[index].high)", "bpf_core_field_size(it->slots[0])", "bpf_core_field_size(it->slots[0].high)"),
])
def test_records_agree_with_clang(chain: str, moved: str, read: str, made: Callable[[str], bytes],
                                  tmp_path: Path) -> None:
    ours = records(rt.ObjectSpec.from_bytes(compiled(chain, made, tmp_path)))
    source = tmp_path / "twin.bpf.c"
    source.write_text(TWIN.replace("MOVED", moved).replace("READ", read))
    theirs = records(rt.ObjectSpec.open(clang.build(source, tmp_path / "twin.o", tmp_path)))
    if not chain.startswith("field_size"):  # of which nothing is read, so that the element does not matter
        assert any(record.startswith("byte_sz of outer.") for record in ours)
        assert ours == theirs
    else:
        assert ours == {"byte_sz of outer.slots[0].high"} and ours <= theirs


def test_before_the_first(made: Callable[[str], bytes], tmp_path: Path) -> None:
    """A flexible array has no end that is known, but a beginning."""
    with pytest.raises(CompileError, match="BPF2021"):
        compiled("core_read(it.last[s32(found)].two)", made, tmp_path)


def test_behind_a_pointer(made: Callable[[str], bytes], tmp_path: Path) -> None:
    with pytest.raises(CompileError, match="BPF1025"):
        compiled("core_read(it.pointer.behind)", made, tmp_path)


def compiled(chain: str, made: Callable[[str], bytes], folder: Path) -> bytes:
    types, program = folder / "types.btf", folder / "program.py"
    types.write_bytes(made(TYPES))
    program.write_text(PROGRAM.format(chain))
    return compile_file(str(program), Options(btf=str(types))).data


def records(spec: rt.ObjectSpec) -> set[str]:
    assert spec.btf is not None
    return {describe(record, spec.btf).removeprefix("CO-RE relocation ")
            for _, record in spec.programs["prog"].function.core_relocations}
