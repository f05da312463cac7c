"""Operands are evaluated from left to right, and each once: a walrus changes what stands behind it."""
from pybpfc import ArrayMap, Struct, s32, u64, xdp, xdp_md


class In(Struct):
    a: s32


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=4)

EXPECTED = ((bytes.fromhex("01000000"), (1, 5, 1, 3)), (bytes.fromhex("04000000"), (0, 5, 0, 3)))


@xdp
def program(ctx: xdp_md) -> int:
    i = ctx.cursor().pull(In)
    if i is None:
        return 2
    x = i.a
    inside = x in (1, (x := 5), 3)
    out[0] = u64(inside)
    out[1] = u64(x)
    x = i.a
    chained = x < (x := 3) < 10
    out[2] = u64(chained)
    out[3] = u64(x)
    return 2
