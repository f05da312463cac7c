"""Bit fields that begin at odd bits, span nine bytes, or lie in the last byte of a packed struct."""
from typing import Annotated

from pybpfc import ArrayMap, Struct, bits, s8, s32, s64, u8, u64, xdp, xdp_md


class Long(Struct, packed=True):
    first: Annotated[s8, bits(5)]
    second: Annotated[u64, bits(61)]
    third: Annotated[s64, bits(63)]


class Short(Struct, packed=True):
    first: Annotated[u8, bits(5)]
    middle: Annotated[u64, bits(64)]
    last: Annotated[s32, bits(1)]


class In(Struct):
    a: u64
    b: s64
    c: s8


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=6)

EXPECTED = ((bytes.fromhex("ffffffffffff0f00 0200000000000080 ff"),
             (0x000F_FFFF_FFFF_FFFF, 0xC000_0000_0000_0001, 7, 0x0010_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFF,
              0x000F_FFFF_FFFF_FFFF)),)


@xdp
def program(ctx: xdp_md) -> int:
    i = ctx.cursor().pull(In)
    if i is None:
        return 2
    made = Long(first=i.c & 7, second=i.a & 0x1FFF_FFFF_FFFF_FFFF, third=i.b >> 1)
    out[0] = made.second
    out[1] = u64(made.third)
    out[2] = u64(made.first)
    made.second += 1
    out[3] = made.second
    short = Short(first=31, middle=i.a, last=-1)
    out[4] = u64(short.last)
    out[5] = short.middle
    return 2
