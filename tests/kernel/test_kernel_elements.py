"""What programs are told of elements of arrays in kernel structs is what the kernel's own types say of them.

The program declares other elements than the kernel has, so that no answer can be that of its own types.
"""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.pipeline import compile_file
from pybpfc_runtime.btf import types
from pybpfc_runtime.btf.kernel import kernel_btf

pytestmark = pytest.mark.usefixtures("privileged")

_PROGRAM = """
from typing import Annotated

from pybpfc import Array, KernelStruct, Str, Struct, field_exists, field_size, syscall, u8, u32
from pybpfc.helpers import bpf_get_current_task_btf

LICENSE = "GPL"


class uid_gid_extent(KernelStruct):
    count: u32


class uid_gid_map(KernelStruct):
    extent: Annotated[Array[uid_gid_extent], 64]


class free_area(KernelStruct):
    free_list: Annotated[Array[u8], 64]


class list_head(KernelStruct):
    next: u32


class free_area___lists(KernelStruct):
    free_list: Annotated[Array[list_head], 64]


class zone(KernelStruct):
    free_area: Annotated[Array[free_area___lists], 64]


class upid(KernelStruct):
    nr: u8


class pid(KernelStruct):
    numbers: Annotated[Array[upid], 0]


class task_struct(KernelStruct):
    comm: Annotated[Str, 64]


class Answers(Struct):
    extent: u32
    count: u32
    area: u32
    list: u32
    number: u32
    letter: u32
    there: u32


@syscall
def ask(answers: Answers) -> int:
    task = bpf_get_current_task_btf()
    answers.extent = field_size(uid_gid_map.extent[4])
    answers.count = field_size(uid_gid_map.extent[4].count)
    answers.area = field_size(zone.free_area[1])
    answers.list = field_size(zone.free_area[1].free_list[2])
    answers.number = field_size(pid.numbers[3])
    answers.letter = field_size(task.comm[15])
    answers.there = (u32(field_exists(task.comm[15])) + 2 * u32(field_exists(task.comm[16]))
                     + 4 * u32(field_exists(zone.free_area[1].free_list[2]))
                     + 8 * u32(field_exists(zone.free_area[63])) + 16 * u32(field_exists(free_area.free_list[1])))
    return 0
"""


def test_answers_about_elements(tmp_path: Path) -> None:
    source = tmp_path / "elements.py"
    source.write_text(_PROGRAM)
    with rt.ObjectSpec.from_bytes(compile_file(str(source)).data, "elements").load() as bpf:
        answers = struct.unpack("<7I", bpf.programs["ask"].test_run(ctx=bytes(28)).ctx)
    sizes = [_size("uid_gid_extent"), 4, _size("free_area"), _size("list_head"), _size("upid"), 1]
    assert list(answers[:-1]) == sizes and min(sizes) > 0
    assert answers[-1] == 1 + 4  # comm has 16 letters, free_area no 64 orders; and no list is a number


def _size(name: str) -> int:
    (number,) = kernel_btf().named(name)
    described = kernel_btf().type(number)
    assert isinstance(described, types.Struct)
    return described.size
