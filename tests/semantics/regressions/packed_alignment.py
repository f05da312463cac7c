"""Elements and members of a packed struct may lie at odd addresses: accesses must not claim more."""
from typing import Annotated

from pybpfc import Array, ArrayMap, Struct, copy, inline, s32, u8, u32, u64, xdp, xdp_md


class Pair(Struct):
    x: s32
    y: u32


class Packed(Struct, packed=True):
    head: u8
    values: Annotated[Array[u64], 2]
    pair: Pair


class In(Struct):
    index: u32
    value: u32


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=4)

EXPECTED = ((bytes.fromhex("01000000 07000000"), (70, 7, 8, 1)),)


@inline
def second(pair: Pair) -> u32:
    return pair.y


@xdp
def program(ctx: xdp_md) -> int:
    i = ctx.cursor().pull(In)
    if i is None:
        return 2
    made = Packed(head=1, values=(1, 70), pair=Pair(x=7, y=i.value + 1))
    out[0] = made.values[i.index & 1]
    inner = made.pair
    out[1] = u64(inner.x)
    out[2] = second(inner)
    out[3] = u64(copy(inner) == inner)
    return 2
