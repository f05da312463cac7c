"""The relocation records of our objects are those that clang writes for the same program in C.

A record that is there twice says nothing new: clang asks for a bit field's shift in each of two branches, we for its
offset in each of four. What objects tell beside relocations, externs, prototypes and tags, has its twins in
tests/kernel/test_twins_told.py.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc_runtime.btf import types
from pybpfc_runtime.btf.ext import CORE_KINDS, CoreRelocation
from pybpfc_runtime.btf.relocate import describe

from .conftest import NAMES

Pair = Callable[[str], tuple[Path, Path]]
Record = tuple[str, ...]


def records(path: Path, shown: Callable[[types.Btf, CoreRelocation], Record]) -> dict[str, set[Record]]:
    """What is relocated in each program of an object."""
    spec = rt.ObjectSpec.open(path)
    assert spec.btf is not None
    return {program.name: {shown(spec.btf, record) for _, record in program.function.core_relocations}
            for program in spec.programs.values()}


def as_written(btf: types.Btf, record: CoreRelocation) -> Record:
    """The sort and name of the type, the access string, the kind."""
    local = btf.type(record.type_id)
    return types.KIND_NAMES[local.kind], local.name, record.access, CORE_KINDS[record.kind]


def by_name(btf: types.Btf, record: CoreRelocation) -> Record:
    return types.KIND_NAMES[btf.type(record.type_id).kind], describe(record, btf)


# A variable index is multiplied with the size that an element has on the target kernel: one record more than clang
# writes, which takes the size that the program was compiled with ("Arrays in kernel objects", spec/kernel-types.md).
SIZES: dict[tuple[str, str], tuple[str, ...]] = {
    ("indexes", "structs"): ("rlimit",), ("indexes", "trusted"): ("rlimit",), ("indexes", "outer_index"): ("cell",),
    ("indexes", "two_indexes"): ("cell", "sched_statistics"), ("indexes", "index_of_a_row"): ("sched_statistics",),
    ("indexes", "index_in_a_row"): ("sched_statistics",), ("indexes", "structs_between"): ("sched_statistics",),
    ("indexes", "of_a_flexible_array"): ("upid",), ("anonymous", "by_a_pointer_of_its_own"): ("place",)}


# Of a struct that is read from the kernel's BTF the object holds the members in use, so that numbers differ.
BY_NAME = ("contexts", "kernel_types")
DECLARED = [name for name in NAMES if name not in BY_NAME]


@pytest.mark.parametrize("name", DECLARED)
def test_records_agree_with_clang(name: str, pair: Pair) -> None:
    ours, theirs = (records(path, as_written) for path in pair(name))
    assert len(theirs) >= 4 and all(theirs.values())
    for program, found in theirs.items():
        found |= {("struct", struct, "0", "type_size") for struct in SIZES.get((name, program), ())}
    assert ours == theirs


@pytest.mark.parametrize("name", BY_NAME)
def test_records_of_the_kernels_own_types_agree_in_names(name: str, pair: Pair) -> None:
    ours, theirs = (records(path, by_name) for path in pair(name))
    assert len(theirs) >= 3 and all(theirs.values())
    assert ours == theirs


def test_every_kind_is_compared(pair: Pair) -> None:
    found = {record[-1] for name in DECLARED
             for program in records(pair(name)[1], as_written).values() for record in program}
    assert found == set(CORE_KINDS)
