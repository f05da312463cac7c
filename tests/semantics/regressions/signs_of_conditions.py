"""`-` and `+` make a number of a comparison; a conditional of calls is a statement that runs one of them."""
from pybpfc import ArrayMap, Struct, s32, u64, xdp, xdp_md


class In(Struct):
    a: s32


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=4)

EXPECTED = ((bytes.fromhex("05000000"), (9, 1, 7, 0)), (bytes.fromhex("01000000"), (10, 0, 0, 8)))


@xdp
def program(ctx: xdp_md) -> int:
    given = ctx.cursor().pull(In)
    if given is None:
        return 2
    out[0] = u64(10 + -(given.a > 3))
    out[1] = u64(+(given.a > 3))
    out.update(2, 7) if given.a > 3 else out.update(3, 8)
    return 2
