"""What a tuple on the right is made of is read before the first store on the left, an array's elements too."""
from typing import Annotated

from pybpfc import Array, ArrayMap, Struct, data, u32, u64, xdp, xdp_md

LICENSE = "GPL"
out = ArrayMap[u64](max_entries=5)


class Pair(Struct):
    x: Annotated[Array[u32], 2]
    y: Annotated[Array[u32], 2]


pair: Pair = data(Pair.zero())

EXPECTED = ((b"\x05\x00\x00\x00", (5, 1, 7, 1, 2)),)


@xdp
def program(ctx: xdp_md) -> int:
    given = ctx.cursor().pull(u32)
    if given is None:
        return 1
    number: u64 = 1
    number, pair.x, pair.y = given.value, (u32(number & 63), 7), (u32(number), pair.x[0] + 2)
    out[0] = number
    out[1] = pair.x[0]
    out[2] = pair.x[1]
    out[3] = pair.y[0]
    out[4] = pair.y[1]
    return 2
