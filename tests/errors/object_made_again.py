"""One constructor, one place on the stack."""

from pybpfc import XDP_DROP, XDP_PASS, Struct, u32, xdp, xdp_md


class Point(Struct):
    x: u32
    y: u32


@xdp
def prog(ctx: xdp_md) -> int:
    last = Point(x=0, y=0)
    for i in range(4):
        now = Point(x=i, y=0)
        if last.x == 2:
            return XDP_DROP
        last = now
    return XDP_PASS
