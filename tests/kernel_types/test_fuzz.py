"""Corrupt types end in a clear error, soon, whatever is corrupt: 5,000 mutations of real ones."""

from __future__ import annotations

import random
import struct
import time
from collections.abc import Callable

import pytest

from pybpfc.kernel_types import KernelTypes, UnknownKernelName
from pybpfc_runtime.btf import types
from pybpfc_runtime.btf.decode import decode_btf
from pybpfc_runtime.btf.encode import encode_btf
from pybpfc_runtime.btf.index import MAX_SIZE, IndexedBtf
from pybpfc_runtime.errors import BtfError
from pybpfc_runtime.layout import CodecError, EnumType, PointerType, StructType
from pybpfc_runtime.values import DeclarationError
from support.mutation import mutated

REFUSALS = (BtfError, CodecError, DeclarationError, UnknownKernelName)
C = """
typedef struct { int counter; } atomic_t;
typedef unsigned short __be16; typedef const volatile long long_t; typedef int handler(void *, char, ...);
enum small { SMALL_A, SMALL_B = -3 }; enum wide { WIDE = 1ull << 40 };
union either { int a; struct { char text[12]; unsigned low : 3, high : 13; }; enum wide wide; };
struct node { struct node *next; union either either[3]; __be16 port; atomic_t count; handler *call; _Bool yes;
              enum small small; struct unseen *unseen; float ratio; long_t flexible[]; };
struct node node; int function(struct node *node, long_t number) { return node->port + number; }
"""

LIMIT = 4  # seconds of processor time: one is the aim, and a busy machine may need twice as many


def explore(data: bytes) -> None:
    """Everything that one does with types: list them, size them, lay them out, look them up."""
    indexed = IndexedBtf(data)
    kernel = KernelTypes(indexed, "corrupt types")
    for type_id in range(1, min(len(indexed), 200) + 1):
        name = ""
        for action in (indexed.resolve, indexed.size_of, kernel.describe, kernel.value_type):
            try:
                name = indexed.type(type_id).name
                found = action(type_id)
                if isinstance(found, StructType):
                    assert [found.align, *(field.type.name for field in found.fields)]
                elif isinstance(found, PointerType):
                    assert found.target is None or found.target.name is not None
                elif isinstance(found, EnumType):
                    assert found.enum_class is not None
            except REFUSALS:
                continue
        try:
            kernel.lookup(name)
        except REFUSALS:
            continue


@pytest.mark.parametrize("seed", range(10))
def test_mutations(seed: int, made: Callable[[str], bytes]) -> None:
    worst = 0.0
    survivors = 0
    choice = random.Random(seed)
    for data in (mutated(made(C), choice) for _ in range(500)):
        start = time.process_time()
        for use in (decode_btf, explore):
            try:
                use(data)
                survivors += 1
            except BtfError:
                continue
        worst = max(worst, time.process_time() - start)
    assert survivors > 50, "most mutations are found at once: nothing else would be tested"
    assert worst < LIMIT, f"one of them took {worst:.1f} s"


def test_the_original_is_fine(made: Callable[[str], bytes]) -> None:
    kernel = KernelTypes(IndexedBtf(made(C)), "types.c")
    assert kernel.lookup("node").__pybpfc_type__.fields[1].type.element.size == 12 + 4
    explore(made(C))


def encoded(*found: types.BtfType) -> bytes:
    return encode_btf(types.Btf([types.Void(), *found], b"\0"), "little")


@pytest.mark.parametrize("data", [
    encoded(types.Typedef("loop", 1)),
    encoded(types.Typedef("a", 2), types.Const("", 1)),
    encoded(types.Array(1, 1, 1000)),
    encoded(types.Ptr("", 1)),
    encoded(types.Struct("s", 8, [types.Member("s", 1, 0, 0)])),
    encoded(types.Struct("s", 8, [types.Member("", 2, 0, 0)]), types.Union_("", 8, [types.Member("", 1, 0, 0)])),
    encoded(types.FuncProto(1, [("f", 1)]), types.Ptr("", 1)),
    encoded(*(types.Struct(f"s{index}", 8, [types.Member("in", index + 2, 0, 0)]) for index in range(5000))),
    encoded(*(types.Const("", index + 2) for index in range(5000))),
    encoded(*(types.Array(index + 2, 1, 2) for index in range(5000))),
], ids=["typedef", "qualifiers", "array", "pointer", "struct", "anonymous", "prototype", "deep structs", "deep chain",
        "deep arrays"])
def test_circles_and_depths(data: bytes) -> None:
    start = time.process_time()
    explore(data)
    assert time.process_time() - start < LIMIT


def test_huge() -> None:
    many = bytes.fromhex("00000000 00000002 00000000") * 0x100001
    header = struct.pack("<HBBIIIII", 0xEB9F, 1, 0, 24, 0, len(many), len(many), 1)
    start = time.process_time()
    with pytest.raises(BtfError, match="more than 1048575 types"):
        IndexedBtf(header + many + b"\0")
    with pytest.raises(BtfError, match="are no BTF"):
        IndexedBtf(header + bytes(MAX_SIZE))
    claims = struct.pack("<HBBIIIII", 0xEB9F, 1, 0, 24, 0, 1 << 30, 1 << 30, 1 << 30)
    with pytest.raises(BtfError, match="ends after"):
        IndexedBtf(claims + bytes(100))
    assert time.process_time() - start < LIMIT
