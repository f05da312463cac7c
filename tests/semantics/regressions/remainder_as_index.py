"""A remainder is in range by its meaning, of signed numbers too: the verifier must see the bound."""
from typing import Annotated

from pybpfc import Array, ArrayMap, Struct, data, s8, u32, u64, xdp, xdp_md


class In(Struct):
    index: u32
    signed: s8


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=4)
table: Annotated[Array[u32], 6] = data((10, 11, 12, 13, 14, 15))

EXPECTED = (
    (bytes.fromhex("ffffffff ff"), (13, 15, 3)),
    (bytes.fromhex("08000000 80"), (12, 14, 2)),
)


@xdp
def program(ctx: xdp_md) -> int:
    i = ctx.cursor().pull(In)
    if i is None:
        return 2
    out[0] = table[i.index % 6]
    out[1] = table[i.signed % 6]
    out[2] = i.index % 6
    return 2
