"""Members of 128 bits, and floating-point ones: programs ask about them and reckon with none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc.compiler.diagnostics import CompileError
from pybpfc.compiler.pipeline import Options, compile_file
from pybpfc_runtime.btf import types

TYPES = "struct wide { int before; unsigned __int128 both; __int128 other; double real; } wide;"

PROGRAM = """
from pybpfc import (
    bpf_raw_tracepoint_args, cast, core_read, data, field_exists, field_size, raw_tracepoint, type_exists,
    type_matches, type_size, u64,
)
from pybpfc.helpers import bpf_get_current_task
from pybpfc.vmlinux import wide

LICENSE = "GPL"
found: u64 = data(0)


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    global found
    it = cast(wide, bpf_get_current_task())
    found = {}
    return 0
"""


def compiled(expression: str, made: Callable[[str], bytes], folder: Path) -> rt.ObjectSpec:
    kernel, program = folder / "types.btf", folder / "program.py"
    kernel.write_bytes(made(TYPES))
    program.write_text(PROGRAM.format(expression))
    return rt.ObjectSpec.from_bytes(compile_file(str(program), Options(btf=str(kernel))).data)


@pytest.mark.parametrize("expression", [
    "u64(type_size(wide)) + u64(type_matches(wide)) + u64(type_exists(wide))",
    "u64(field_exists(wide.both)) + field_size(it.other) + field_size(it.real)",
])
def test_they_are_integers_as_the_kernels(expression: str, made: Callable[[str], bytes], tmp_path: Path) -> None:
    btf = compiled(expression, made, tmp_path).btf
    assert btf is not None
    described = btf.type(btf.find(types.BTF_KIND_STRUCT, "wide") or 0)
    assert isinstance(described, types.Struct)
    members = {member.name: btf.resolve(member.type)[1] for member in described.members}
    both, other = members["both"], members["other"]
    assert isinstance(both, types.Int) and isinstance(other, types.Int)
    assert (both.size, both.bits, bool(both.encoding & types.INT_SIGNED)) == (16, 128, False)
    assert (other.size, other.bits, bool(other.encoding & types.INT_SIGNED)) == (16, 128, True)
    real = members["real"]
    assert isinstance(real, types.Float) and real.size == 8


def test_their_values_are_not_read(made: Callable[[str], bytes], tmp_path: Path) -> None:
    with pytest.raises(CompileError, match="which is no number for programs"):
        compiled("u64(core_read(it.both))", made, tmp_path)
