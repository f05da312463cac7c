"""Compiled decoders give what the layouts' own codec gives, for layouts drawn at random."""

from __future__ import annotations

import enum
import random
import struct

import numpy
import pytest

from pybpfc_runtime import layout, values
from pybpfc_runtime.decoders import decoder
from pybpfc_runtime.errors import RecordError
from pybpfc_runtime.events import Batch
from pybpfc_runtime.layout import AnyType, ArrayType, EnumType, LayoutBuilder, OpaqueType, PointerType, StringType
from pybpfc_runtime.numpy_types import dtype


class Color(enum.IntEnum):
    RED = 1
    GREEN = 200


class Flag(enum.IntFlag):
    A = 1
    B = 2


INTEGERS = list(layout.INTEGERS.values())


def draw(random_: random.Random, depth: int = 0) -> AnyType:
    kind = random_.randrange(9 if depth < 3 else 6)
    if kind < 2:
        return random_.choice(INTEGERS)
    if kind == 2:
        return EnumType(random_.choice((Color, Flag)), random_.choice((layout.U32, layout.U8)))
    if kind == 3:
        return StringType(random_.randint(1, 20))
    if kind == 4:
        return random_.choice((PointerType(None), OpaqueType("timer", 16, 8), OpaqueType("lock", 4, 4)))
    if kind == 5:
        return ArrayType(random_.choice(INTEGERS), random_.randint(1, 5))
    if kind == 6:
        return ArrayType(draw(random_, depth + 1), random_.randint(1, 3))
    builder = LayoutBuilder(is_union=random_.random() < 0.2, packed=random_.random() < 0.3)
    for number in range(random_.randint(1, 6)):
        if random_.random() < 0.15:
            builder.add(f"f{number}", layout.U16, random_.randint(1, 16))
        else:
            builder.add(f"f{number}", draw(random_, depth + 1))
    made = builder.finish("Drawn")
    values.make_struct("Drawn", made)
    return made


@pytest.mark.parametrize("seed", range(300))
def test_as_the_codec(seed: int) -> None:
    random_ = random.Random(seed)
    type_ = draw(random_)
    count, before, after = random_.randint(0, 5), random_.choice((0, 8, 3)), random_.choice((0, 4))
    stride = before + type_.size + after
    data = random_.randbytes(stride * count)
    wanted = [type_.decode(data, at + before) for at in range(0, len(data), stride)]
    found = decoder(type_, before, after)(data)
    assert repr(found) == repr(wanted)
    assert found == wanted
    assert decoder(type_, before, after)(memoryview(data)) == wanted


def test_anonymous_members() -> None:
    inner = LayoutBuilder()
    inner.add("x", layout.U16)
    inner.add("y", layout.BE16)
    inside = inner.finish("Inner")
    values.make_struct("Inner", inside)
    outer = LayoutBuilder()
    outer.add("a", layout.U32)
    outer.add("", inside, attribute="")
    outer.add("z", layout.S64)
    made = outer.finish("Outer")
    values.make_struct("Outer", made)
    data = struct.pack("<IHHq", 1, 2, 0x0300, -4)
    assert decoder(made)(data) == [made.decode(data)]
    assert vars(decoder(made)(data)[0]) == {"a": 1, "x": 2, "y": 3, "z": -4}


def test_numpy_columns() -> None:
    header = LayoutBuilder()
    header.add("version", layout.U8, 4)
    header.add("length", layout.U8, 4)
    header.add("port", layout.BE16)
    header.add("name", StringType(4))
    header.add("counts", ArrayType(layout.U32, 2))
    header.add("address", PointerType(None))
    type_ = header.finish("Header")
    values.make_struct("Header", type_)
    data = bytes([0x54, 0, 0, 80]) + b"eth0" + struct.pack("<II", 5, 6) + struct.pack("<Q", 1 << 63)
    [row] = numpy.frombuffer(data, dtype(type_))
    assert dtype(type_).itemsize == type_.size == len(data)
    assert (row["version+length"], row["port"], row["name"], list(row["counts"]), row["address"]) == (
        0x54, 80, b"eth0", [5, 6], 1 << 63)


def test_numpy_names_no_column_after_a_bit_field() -> None:
    """A column of the field's own name would be taken for its value."""
    made = LayoutBuilder()
    made.add("low", layout.U8, 4)
    made.add("high", layout.U8, 4)
    made.add("sign", layout.S32, 5)
    made.add("last", layout.U32)
    type_ = made.finish("Bits")
    values.make_struct("Bits", type_)
    value = {"low": 1, "high": 2, "sign": -3, "last": 4}
    [row] = numpy.frombuffer(type_.encode(value), dtype(type_))
    assert dtype(type_).names == ("last", "low+high", "sign:5")
    assert (row["low+high"], row["sign:5"] >> 8 & 31, row["last"]) == (0x21, 29, 4)


def test_numpy_units_that_a_packed_struct_cuts() -> None:
    made = LayoutBuilder(packed=True)
    made.add("first", layout.U32, 20)
    made.add("second", layout.U32, 20)
    type_ = made.finish("Cut")
    values.make_struct("Cut", type_)
    data = type_.encode({"first": 0xABCDE, "second": 0x12345})
    [row] = numpy.frombuffer(data, dtype(type_))
    assert (dtype(type_).itemsize, bytes(row["first+second"])) == (5, data)


def test_a_bit_field_is_no_column_of_a_batch() -> None:
    made = LayoutBuilder()
    made.add("sign", layout.S32, 5)
    type_ = made.finish("Lone")
    values.make_struct("Lone", type_)
    data = type_.encode({"sign": -3})
    batch = Batch("events", memoryview(data), type_, offset=0, stride=4, length=4)
    with pytest.raises(RecordError) as refused:
        batch.column("sign")
    assert refused.value.help == "take records()"
    assert batch.records()[0].sign == -3 and "sign" not in batch.array().dtype.names
