"""`core_read_user` of a chain that begins in an object of the kernel: the last pointer alone leads into user memory."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file

pytestmark = pytest.mark.usefixtures("privileged")

PROGRAM = """
from pybpfc import *
from pybpfc.helpers import bpf_get_current_task_btf

LICENSE = "GPL"
tid: s32 = data(0)
again: s32 = data(0)
kept: u64 = data(0)


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    global tid, again, kept
    task = bpf_get_current_task_btf()
    tid = core_read_user(task.clear_child_tid.value)
    again = core_read_user(task.group_leader.group_leader.clear_child_tid.value)
    kept = u64(core_read_user(task.robust_list.list.next))
    return 0
"""


def test_the_hops_in_kernel_memory_are_read_there(tmp_path: Path) -> None:
    assert threading.current_thread() is threading.main_thread()
    program = tmp_path / "reads.py"
    program.write_text(PROGRAM)
    with rt.ObjectSpec.from_bytes(compile_file(str(program)).data, "reads").load() as bpf:
        bpf.programs["prog"].test_run(ctx=bytes(16))
        # The C library has its number of the thread at this address, and a list that is empty points to itself.
        assert bpf.globals.tid == bpf.globals.again == threading.get_native_id()
        assert bpf.globals.kept
