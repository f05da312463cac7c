"""Arrays in kernel objects by a variable index, compared with what the process knows of itself."""

from __future__ import annotations

import os
import resource
import struct
import threading
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file
from pybpfc_runtime.btf import types
from pybpfc_runtime.btf.ext import CORE_KINDS

pytestmark = pytest.mark.usefixtures("privileged")

PROGRAM = Path(__file__).parent / "programs/kernel_arrays.py"
_REQUEST = struct.Struct("<IIQQQ")


@pytest.fixture(scope="module")
def spec() -> rt.ObjectSpec:
    return rt.ObjectSpec.from_bytes(compile_file(str(PROGRAM)).data, "kernel_arrays")


def test_elements(spec: rt.ObjectSpec) -> None:
    name = Path("/proc/thread-self/comm").read_bytes().rstrip(b"\n").ljust(16, b"\0")
    unlimited = 0xFFFF_FFFF_FFFF_FFFF
    limits = [[limit % (unlimited + 1) for limit in resource.getrlimit(number)] for number in range(16)]
    numbers = [0, os.getpid(), os.getpgid(0), os.getsid(0)]  # by enum pid_type
    with spec.load() as bpf:
        for index in range(16):
            answer = bpf.programs["read"].test_run(ctx=_REQUEST.pack(index, 0, 0, 0, 0)).ctx
            _, letter, limit, number, trusted = _REQUEST.unpack(answer)
            assert (letter, limit, trusted) == (name[index % 16], *limits[index % 16])
            assert number == (numbers[index] if index < 4 else 0)
        limited = sum(limit != unlimited for limit, _ in limits)
        assert bpf.programs["count"].test_run(ctx=_REQUEST.pack(0, 0, 0, 0, 0)).return_value == limited


def test_the_size_of_an_element_is_the_target_kernels(spec: rt.ObjectSpec) -> None:
    assert spec.btf is not None
    records = {(spec.btf.type(record.type_id).name, record.access, CORE_KINDS[record.kind])
               for _, record in spec.programs["read"].function.core_relocations}
    assert ("rlimit", "0", "type_size") in records
    assert ("signal_struct", "rlim", "byte_off") in {(struct, _member(spec, struct, access), kind)
                                                     for struct, access, kind in records}


def _member(spec: rt.ObjectSpec, struct: str, access: str) -> str:
    """The name of the member that an access string leads to, of a struct at the outermost level."""
    assert spec.btf is not None
    number = spec.btf.find(types.BTF_KIND_STRUCT, struct)
    described = spec.btf.type(number) if number is not None else None
    parts = access.split(":")
    return described.members[int(parts[1])].name if isinstance(described, types.Struct) and len(parts) > 1 else ""


def test_elements_of_a_flexible_array(tmp_path: Path) -> None:
    """How many a `struct pid` has is told by its level; the last is the process's number in its own namespace."""
    program = tmp_path / "levels.py"
    program.write_text("""
from pybpfc import core_read, data, raw_tracepoint, bpf_raw_tracepoint_args, s32, u32
from pybpfc.helpers import bpf_get_current_task_btf

LICENSE = "GPL"
own: s32 = data(0)
masked: s32 = data(0)


@raw_tracepoint("sys_enter")
def levels(ctx: bpf_raw_tracepoint_args) -> int:
    global own, masked
    task = bpf_get_current_task_btf()
    pid = task.thread_pid
    if pid is None:
        return 0
    own = core_read(pid.numbers[pid.level].nr)
    level = s32(pid.level)
    masked = core_read(pid.numbers[level & 3].nr)
    return 0
""")
    with rt.ObjectSpec.from_bytes(compile_file(str(program)).data, "levels").load() as bpf:
        bpf.programs["levels"].test_run()
        assert (bpf.globals.own, bpf.globals.masked) == (threading.get_native_id(), threading.get_native_id())
