"""LLVM rewrites what bounds an index; the program is accepted all the same."""
from typing import Annotated

from pybpfc import Array, ArrayMap, Struct, data, s16, s32, u16, u32, u64, xdp, xdp_md


class In(Struct):
    a: s32
    b: u16
    c: s16


class Local(Struct):
    values: Annotated[Array[u16], 4]


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=4)
table: Annotated[Array[u32], 6] = data((10, 11, 12, 13, 14, 15))

EXPECTED = ((bytes.fromhex("fdffffff 0200 0300"), (12, 12, 13, 6)),)


@xdp
def program(ctx: xdp_md) -> int:
    i = ctx.cursor().pull(In)
    if i is None:
        return 2
    inverted: u64 = ~u64(i.a)
    out[0] = table[min(inverted, 5)]
    b = i.b
    if b and b < 3:
        out[1] = table[b]
    c = i.c
    c %= 7
    if 0 <= c < 6:
        out[2] = table[c]
    local = Local(values=(4, 5, 6, i.b))
    where = i.b % 3
    out[3] = local.values[where]
    return 2
