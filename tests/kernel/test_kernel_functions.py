"""Kernel functions, kernel variables and configuration values: what the kernel makes of the programs that use them."""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file
from support.libbpf import Libbpf
from support.machine import needs_libbpf

pytestmark = pytest.mark.usefixtures("privileged")

PROGRAMS = Path(__file__).parent / "programs"


def test_kernel_functions() -> None:
    text = ctypes.create_string_buffer(b"hello")
    spec = rt.ObjectSpec.from_bytes(compile_file(str(PROGRAMS / "kernel_functions.py")).data, "kernel_functions")
    with spec.load() as bpf:
        request = struct.pack("ixxxxQ", os.getpid(), ctypes.addressof(text))
        assert bpf.programs["ask"].test_run(ctx=request).return_value == 0
        answer = bpf.globals.answer
        assert (answer.tgid, answer.parent, answer.weight, answer.second) == (os.getpid(), os.getppid(), 2, 1)
        assert (answer.length, answer.text) == (len("hello") + 1, "hello")
        nobody = struct.pack("ixxxxQ", 0x7FFFFFFF, 0)
        assert bpf.programs["ask"].test_run(ctx=nobody).return_value == 1


def test_libbpf_finds_kernel_functions(tmp_path: Path) -> None:
    needs_libbpf()
    target = tmp_path / "program.o"
    target.write_bytes(compile_file(str(PROGRAMS / "kernel_functions.py")).data)
    Libbpf().open(target).close()


def test_missing_function(tmp_path: Path) -> None:
    """Two functions that no kernel will have, made by giving another name to one in the object: the one that is asked
    for is skipped, the other refused with a message that names it."""
    program = tmp_path / "missing.py"
    program.write_text("""
from pybpfc import Struct, kfunc_exists, s32, syscall
from pybpfc.kfuncs import bpf_task_from_pid, bpf_task_from_vpid, bpf_task_release

LICENSE = "GPL"

class Request(Struct):
    pid: s32

@syscall
def ask(request: Request) -> int:
    if kfunc_exists(bpf_task_from_vpid):
        task = bpf_task_from_vpid(request.pid)
        if task is None:
            return 1
        bpf_task_release(task)
        return 2
    return 3
""")
    data = compile_file(str(program)).data
    request = struct.pack("i", os.getpid())
    with rt.ObjectSpec.from_bytes(data, "there").load() as bpf:
        assert bpf.programs["ask"].test_run(ctx=request).return_value == 2
    renamed = data.replace(b"bpf_task_from_vpid\0", b"bpf_task_from_none\0")
    with rt.ObjectSpec.from_bytes(renamed, "missing").load() as bpf:
        assert bpf.programs["ask"].test_run(ctx=request).return_value == 3
    needs_libbpf()
    target = tmp_path / "missing.o"
    target.write_bytes(renamed)
    loaded = Libbpf().open(target)
    loaded.close()

    strong = compile_file(str(PROGRAMS / "kernel_functions.py")).data
    renamed = strong.replace(b"bpf_task_from_pid\0", b"bpf_task_from_non\0")
    with pytest.raises(rt.BpfError, match="bpf_task_from_non"):
        rt.ObjectSpec.from_bytes(renamed, "strong").load()
