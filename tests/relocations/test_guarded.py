"""Fields that the kernel lacks, behind tests for them in all sorts of conditions and loops: the programs load.

LLVM may neither fetch what the loader fills in ahead of the test, nor die of a test.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file

pytestmark = pytest.mark.usefixtures("privileged")

DECLARATIONS = '''
from typing import Annotated

from pybpfc import (
    Array, ArrayMap, KernelStruct, Struct, bpf_raw_tracepoint_args, cast, core_read, data, enum_value_exists,
    field_exists, field_size, raw_tracepoint, s32, type_exists, type_matches, type_size, u32, u64,
)
from pybpfc.helpers import bpf_get_current_task, bpf_ktime_get_ns
from pybpfc.vmlinux import bpf_cgroup_storage_type, task_struct

LICENSE = "GPL"


class absent(KernelStruct):
    number: u32


class task_struct___newer(KernelStruct):
    pid: s32
    number: u32
    bits: task_struct


class Out(Struct):
    total: u64
    each: Annotated[Array[u64], 8]


out = ArrayMap[Out](max_entries=1)
changed: u64 = data(0)
'''
VALUES = (
    "core_read(task.pid)", "core_read(task.real_parent.tgid)", "core_read(task.comm[3])", "changed", "seen.total",
    "bpf_ktime_get_ns()", "type_size(absent)",
    "(core_read(newer.number) if field_exists(task_struct___newer.number) else 7)",
    "(core_read(newer.bits.pid) if field_exists(task_struct___newer.bits) and changed > 2 else 5)",
    "(field_size(absent.number) if type_exists(absent) and field_exists(absent.number) else 3)",
)
TESTS = (
    "type_exists(absent)", "field_exists(absent.number)", "field_exists(task_struct.comm)", "type_matches(task_struct)",
    "field_exists(task_struct___newer.number)",
    "enum_value_exists(bpf_cgroup_storage_type.BPF_CGROUP_STORAGE_SHARED)",
)


class Drawn:
    """One program of nested statements."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def value(self) -> str:
        return f"u64({self.rng.choice(VALUES)})"

    def test(self, depth: int = 0) -> str:
        kind = self.rng.randrange(6)
        if kind < 3 and depth < 3:
            inner = f"({self.test(depth + 1)} {self.rng.choice(('and', 'or'))} {self.test(depth + 1)})"
            return f"not {inner}" if self.rng.random() < 0.2 else inner
        if kind == 3:
            return f"{self.value()} > {self.rng.randrange(1000)}"
        if kind == 4:
            return f"{self.rng.randrange(9)} < {self.value()} < {self.rng.randrange(1, 1000)}"
        return self.rng.choice(TESTS)

    def statements(self, indent: int) -> list[str]:
        lines = []
        space = "    " * indent
        for _ in range(self.rng.randrange(2, 5)):
            kind = self.rng.randrange(6)
            if kind == 0 and indent < 4:
                lines += [f"{space}if {self.test()}:", *self.statements(indent + 1)]
                if self.rng.random() < 0.5:
                    lines += [f"{space}else:", *self.statements(indent + 1)]
            elif kind == 1 and indent < 3:
                lines += [f"{space}for turn{indent} in range({self.rng.randrange(1, 9)}):",
                          *self.statements(indent + 1)]
            elif kind == 2:
                lines.append(f"{space}changed = max(changed, {self.value()})")
            elif kind == 3:
                lines.append(f"{space}seen.each[{self.rng.randrange(8)}] = {self.value()} if {self.test()} "
                             f"else {self.value()}")
            elif kind == 4:
                lines.append(f"{space}assert {self.test()}")
            else:
                lines.append(f"{space}seen.total += {self.value()}")
        return lines

    def text(self, name: str) -> str:
        return "\n".join([
            "", "", '@raw_tracepoint("sched_switch")', f"def {name}(ctx: bpf_raw_tracepoint_args) -> int:",
            "    global changed", "    task = bpf_get_current_task()",
            "    newer = cast(task_struct___newer, u64(task))", "    seen = out.lookup(0)", "    if seen is None:",
            "        return 0", *self.statements(1), "    return 0", ""])


@pytest.mark.parametrize("seed", range(8))
def test_drawn_programs_load(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "guarded.py"
    path.write_text(DECLARATIONS + "".join(Drawn(seed * 100 + number).text(f"p{number}") for number in range(10)))
    with rt.ObjectSpec.from_bytes(compile_file(str(path)).data).load() as loaded:
        assert len(loaded.programs) == 10


def test_a_loop_around_the_test(tmp_path: Path) -> None:
    """The offset is not computed ahead of the loop."""
    path = tmp_path / "guarded.py"
    path.write_text(DECLARATIONS + '''

@raw_tracepoint("sched_switch")
def p(ctx: bpf_raw_tracepoint_args) -> int:
    global changed
    newer = cast(task_struct___newer, u64(bpf_get_current_task()))
    for turn in range(4):
        changed += core_read(newer.number) if field_exists(task_struct___newer.number) else 7
    return 0
''')
    rt.ObjectSpec.from_bytes(compile_file(str(path)).data).load().close()
