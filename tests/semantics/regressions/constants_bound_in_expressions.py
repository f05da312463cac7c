"""A walrus over a constant is a variable that computes with constants, in one expression and behind it."""
from pybpfc import ArrayMap, Struct, s32, u64, xdp, xdp_md


class In(Struct):
    a: s32


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=4)

EXPECTED = ((bytes.fromhex("01000000"), (8, 7, 12, 5)),)


@xdp
def program(ctx: xdp_md) -> int:
    i = ctx.cursor().pull(In)
    if i is None:
        return 2
    out[0] = u64((k := 4) + k)
    out[1] = u64((m := 4) + 3)
    out[2] = u64(3 * (n := 4))
    out[3] = u64((p := 4) + i.a if k == m == n else 0)
    return 2 if p == 4 else 1
