"""A variable index into an array in the packet: the verifier forgets the check of the header."""
from typing import Annotated

from pybpfc import Array, ArrayMap, Struct, u8, u16, u64, xdp, xdp_md


class In(Struct):
    where: u8
    values: Annotated[Array[u16], 4]


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=2)

EXPECTED = (
    (bytes.fromhex("0600 0100 0200 0300 0400"), (3, 10)),
    (bytes.fromhex("ff00 0100 0200 0300 ffff"), (65535, 65541)),
)


@xdp
def program(ctx: xdp_md) -> int:
    i = ctx.cursor().pull(In)
    if i is None:
        return 2
    out[0] = i.values[i.where & 3]
    total = u64(0)
    for index in range(4):
        total += i.values[index]
    out[1] = total
    return 2
