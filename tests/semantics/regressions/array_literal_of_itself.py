"""A tuple is made before it is stored: its elements are those from before, structs included."""
from typing import Annotated

from pybpfc import Array, ArrayMap, Struct, data, u32, u64, xdp, xdp_md


class One(Struct):
    x: u32


class Many(Struct):
    ones: Annotated[Array[One], 3]


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=3)
table: Many = data(Many(ones=(One(x=1), One(x=2), One(x=3))))
numbers: Annotated[Array[u32], 3] = data((1, 2, 3))


class Holder(Struct):
    numbers: Annotated[Array[u32], 3]


EXPECTED = ((b"", (312, 231, 2310)),)


@xdp
def program(ctx: xdp_md) -> int:
    held = Holder(numbers=(1, 2, 3))
    held.numbers = (held.numbers[2], held.numbers[0], held.numbers[1])
    out[0] = held.numbers[0] * 100 + held.numbers[1] * 10 + held.numbers[2]
    table.ones = (table.ones[1], table.ones[2], table.ones[0])
    out[1] = table.ones[0].x * 100 + table.ones[1].x * 10 + table.ones[2].x
    held.numbers, table.ones[0].x = (table.ones[0].x, table.ones[1].x, table.ones[2].x), 0
    out[2] = held.numbers[0] * 1000 + held.numbers[1] * 100 + held.numbers[2] * 10 + table.ones[0].x
    return 2
