"""An object that is stored is made where it is stored: its fields' values are those from before, whatever they read."""
from typing import Annotated

from pybpfc import XDP_PASS, Array, ArrayMap, Str, Struct, bits, copy, data, u8, u16, u32, u64, xdp, xdp_md

LICENSE = "GPL"


class Inner(Struct):
    low: u16
    high: u16


class Point(Struct):
    kind: u8
    x: u32
    y: u32
    inner: Inner
    flags: Annotated[u8, bits(3)]
    rest: Annotated[u8, bits(5)]
    words: Annotated[Array[u16], 3]
    name: Annotated[Str, 6]


class Large(Struct):
    before: u32
    point: Point
    numbers: Annotated[Array[u64], 120]
    after: u32


class Holder(Struct):
    large: Large
    guard: u32


out = ArrayMap[u64](max_entries=16)
holders = ArrayMap[Holder](max_entries=1)
points: Annotated[Array[Point], 3] = data(0)
EXPECTED = ((b"", (21, 7, 8, 65537, 5, 16, 90, 0, 77, 5, 12, 4321, 9, 0, 6, 111)),)


@xdp
def program(ctx: xdp_md) -> int:
    holder = holders.lookup(0)
    if holder is None:
        return XDP_PASS
    point = points[1]
    points[1] = Point(kind=1, x=2, y=1, inner=Inner(low=7, high=8), flags=5, rest=16, words=(7, 8, 9), name="ab")
    # its own fields, exchanged
    points[1] = Point(kind=point.kind, x=point.y * 20, y=point.x // 2, inner=Inner(low=point.inner.low, high=1),
                      flags=point.flags, rest=point.rest, words=(point.words[2], point.words[0], point.words[1]),
                      name=point.name)
    out[0] = points[1].x + points[1].y
    out[1] = points[1].inner.low
    out[2] = points[1].words[2]
    points[1].inner = Inner(low=points[1].inner.high, high=points[1].inner.high)
    out[3] = points[1].inner.low | u32(points[1].inner.high) << 16
    out[4] = points[1].flags
    out[5] = points[1].rest
    # larger than a frame, and neighbours are left alone
    holder.guard = 77
    for i in range(len(holder.large.numbers)):
        holder.large.numbers[i] = 3
    holder.large.before = 90
    holder.large = Large.zero(before=holder.large.before, after=u32(holder.large.numbers[119]) + 2)
    out[6] = holder.large.before
    out[7] = holder.large.numbers[0] + holder.large.numbers[60] + holder.large.numbers[119]
    out[8] = holder.guard
    out[9] = holder.large.after
    # an object of the stack, and one of its parts
    held = Point.zero(kind=12, x=4)
    held.inner = Inner(low=4321, high=held.kind)
    out[10] = held.inner.high
    out[11] = held.inner.low
    same = held
    kept = copy(held)
    held.words = (1, 2, 6)
    points[2] = Point.zero(kind=9, name=kept.name, words=held.words)
    out[12] = points[2].kind
    out[13] = kept.words[2]
    out[14] = points[2].words[2]
    points[0].x = (made := 111)
    out[15] = points[0].x if made == 111 and same == held else 0
    return XDP_PASS
