"""What was tested for None stays tested in the arm of a constant condition that is never taken."""
from pybpfc import ArrayMap, Struct, u8, u64, xdp, xdp_md


class In(Struct):
    a: u8
    b: u8


LICENSE = "GPL"
DEBUG = False
out = ArrayMap[u64](max_entries=2)

EXPECTED = ((b"\x03\x04", (3, 0)),)


@xdp
def program(ctx: xdp_md) -> int:
    i = ctx.cursor().pull(In)
    if i is None:
        return 2
    out[0] = i.b if DEBUG else i.a
    out[1] = u64(DEBUG and i.b > 3)
    if DEBUG:
        out[0] = i.b
    return 2
