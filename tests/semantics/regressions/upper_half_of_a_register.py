"""Behind a division or a shift by a variable in 32 bits, the verifier does not know the upper half of the register."""
from typing import Annotated

from pybpfc import Array, ArrayMap, Struct, data, u8, u32, u64, xdp, xdp_md


class In(Struct):
    a: u32
    b: u32
    c: u64
    d: u8


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=4)
table: Annotated[Array[u32], 6] = data((10, 11, 12, 13, 14, 15))

EXPECTED = ((bytes.fromhex("07000000 02000000 0700000001000000 05"), (13, 11, 12, 7)),)


@xdp
def program(ctx: xdp_md) -> int:
    i = ctx.cursor().pull(In)
    if i is None:
        return 2
    out[0] = table[min(i.a // i.b, 5)]
    out[1] = table[min(i.a >> i.b, 5)]
    rest = u32(i.d)
    rest //= i.c % 2 + 1
    out[2] = table[min(rest, 5)]
    out[3] = u64(max(u32(i.c), 3))
    return 2
