"""A field cannot be None."""

from pybpfc import XDP_PASS, Struct, u32, xdp, xdp_md


class Point(Struct):
    x: u32
    y: u32


@xdp
def prog(ctx: xdp_md) -> int:
    start = Point(x=1, y=None)
    return XDP_PASS
