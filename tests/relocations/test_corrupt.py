"""Corrupt types end in one of the loader's errors, soon and in little memory, whoever reads them."""

from __future__ import annotations

import struct
import sys
import time
from collections.abc import Callable

import pytest

from pybpfc_runtime.btf import core, types
from pybpfc_runtime.btf.decode import decode_btf
from pybpfc_runtime.btf.encode import encode_btf
from pybpfc_runtime.btf.ext import CoreRelocation, decode_btf_ext
from pybpfc_runtime.btf.index import IndexedBtf
from pybpfc_runtime.btf.relocate import Target, describe
from pybpfc_runtime.errors import BtfError
from support.machine import REPOSITORY, run

from .fuzz import READERS


@pytest.mark.parametrize("reader", READERS)
def test_mutations(reader: str) -> None:
    """5,000 altogether, in a process that may not grow by more than a gigabyte. `--count 200000` is the long run."""
    done = run(sys.executable, REPOSITORY / "tests" / "relocations" / "fuzz.py", "--count", str(5000 // len(READERS)),
               "--seed", "1", "--reader", reader)
    assert done.returncode == 0, done.stdout + done.stderr


def btf(*found: types.BtfType) -> types.Btf:
    return decode_btf(encode_btf(types.Btf([types.Void(), *found], b"\0")))


def indexed(types_: types.Btf) -> IndexedBtf:
    return IndexedBtf(encode_btf(types_))


@pytest.fixture(autouse=True)
def _soon() -> object:
    start = time.process_time()
    yield
    assert time.process_time() - start < 1


def wide_circle(member: str = "") -> types.Btf:
    """A struct that holds itself four times."""
    return btf(types.Struct("s", 8, [types.Member(member, 1, 0, 0)] * 4))


def prototypes() -> types.Btf:
    """A function that takes four pointers to functions, which take four pointers to functions, ..."""
    levels = [part for number in range(0, 24, 2) for part in (types.FuncProto(0, [("f", number + 2)] * 4),
                                                              types.Ptr("", number + 3))]
    return btf(*levels, types.FuncProto(0, []), types.Typedef("s", 1))


@pytest.mark.parametrize(("local", "kernel", "type_id", "kind"), [
    (btf(types.Int("int", 4, 1, 0, 32), types.Struct("s", 4, [types.Member("wanted", 1, 0, 0)])), wide_circle(), 2,
     core.BYTE_OFFSET),
    (wide_circle("m"), wide_circle("m"), 1, core.TYPE_MATCHES),
    (prototypes(), prototypes(), 26, core.TYPE_EXISTS),
    (prototypes(), prototypes(), 26, core.TYPE_MATCHES),
], ids=["anonymous members", "members", "prototypes exist", "prototypes match"])
def test_types_within_themselves(local: types.Btf, kernel: types.Btf, type_id: int, kind: int) -> None:
    access = "0:0" if kind == core.BYTE_OFFSET else "0"
    with pytest.raises(BtfError, match="nested too deep"):
        Target(local, indexed(kernel)).value(CoreRelocation(0, type_id, access, kind))


def test_a_deep_chain_of_anonymous_members() -> None:
    """As deep as Python's stack would allow and further; the innermost has what is wanted."""
    integer = types.Int("int", 4, 1, 0, 32)
    local = btf(integer, types.Struct("s", 4, [types.Member("wanted", 1, 0, 0)]))
    chain = [types.Struct("" if number else "s", 4, [types.Member("", number + 3, 0, 0)]) for number in range(5000)]
    kernel = btf(integer, *chain, types.Struct("", 4, [types.Member("wanted", 1, 0, 0)]))
    with pytest.raises(BtfError, match="nested too deep"):
        Target(local, indexed(kernel)).value(CoreRelocation(0, 2, "0:0", core.BYTE_OFFSET))


def test_too_many_types_of_a_name() -> None:
    integer = types.Int("int", 4, 1, 0, 32)
    one = types.Struct("s", 4, [types.Member("wanted", 1, 0, 0)])
    with pytest.raises(BtfError, match="5000 types called s: it is corrupt"):
        Target(btf(integer, one), indexed(btf(integer, *[one] * 5000))).value(
            CoreRelocation(0, 2, "0:0", core.BYTE_OFFSET))


@pytest.mark.parametrize("access", ["-1:0", "-100000:0", "\u00b2:0", "0:\u00b2", "0:0:0", "1" * 5000, ":" * 100_000,
                                    "0" + ":0" * 100_000])
def test_accesses_that_no_compiler_writes(access: str) -> None:
    local = btf(types.Int("int", 4, 1, 0, 32), types.Struct("s", 4, [types.Member("wanted", 1, 0, 0)]))
    relocation = CoreRelocation(0, 2, access, core.BYTE_OFFSET)
    with pytest.raises(BtfError, match=r"access|fit"):
        Target(local, indexed(local)).value(relocation)
    for question in (describe, core.local_path):
        refused(question, relocation, local)


def refused(question: Callable[..., object], relocation: CoreRelocation, local: types.Btf) -> None:
    """It may have an answer; if not, a clear one."""
    try:
        question(relocation, local) if question is describe else question(local, relocation)
    except BtfError:
        return


def test_numbers_that_promise_too_much() -> None:
    """Counts of four billion must not be believed before the bytes are there."""
    local = btf(types.Int("int", 4, 1, 0, 32))
    head = struct.pack("<HBBI6I", 0xEB9F, 1, 0, 32, 0, 0, 0, 0, 0, 16)
    with pytest.raises(BtfError, match="do not fit"):
        decode_btf_ext(head + struct.pack("<III", 16, 0, 0xFFFFFFFF) + bytes(4), local)
    with pytest.raises(BtfError, match="truncated"):
        decode_btf_ext(struct.pack("<HBBI6I", 0xEB9F, 1, 0, 32, 0, 0xFFFFFFFF, 0, 0, 0, 0), local)
    array = btf(types.Array(1, 1, 0xFFFFFFFF), *(types.Array(number, 1, 0xFFFFFFFF) for number in range(1, 900)))
    with pytest.raises(BtfError):
        array.size_of(1)


def test_a_bit_field_of_a_type_without_a_size() -> None:
    nothing = types.Int("int", 0, 0, 0, 0)
    fields = btf(nothing, types.Struct("s", 4, [types.Member("wanted", 1, 3, 5)], True))
    for kind in (core.BYTE_OFFSET, core.BYTE_SIZE, core.LSHIFT_U64, core.RSHIFT_U64):
        with pytest.raises(BtfError, match="without a size"):
            Target(fields, indexed(fields)).value(CoreRelocation(0, 2, "0:0", kind))
