"""A side that runs only where the counter of a loop equals what it never reaches, and that reads an array at it."""
from typing import Annotated

from pybpfc import Array, ArrayMap, Struct, rodata, u8, u16, u64, xdp, xdp_md


class In(Struct):
    a: u8


class Kept(Struct):
    value: u64


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=1)
kept = ArrayMap[Kept](max_entries=8)
numbers: Annotated[Array[u16], 6] = rodata((1, 2, 3, 4, 5, 6))
number: u16 = rodata(3)

EXPECTED = ((b"\x05", (3 * 5,)),)


@xdp
def program(ctx: xdp_md) -> int:
    i = ctx.cursor().pull(In)
    if i is None:
        return 2
    for turn in range(5):
        kept[i.a & 7] = Kept(value=number if turn != 2743839868 else i.a if numbers[turn] else number)
        entry = kept.lookup(i.a & 7)
        if entry is not None:
            out[0] += entry.value
    return 2
