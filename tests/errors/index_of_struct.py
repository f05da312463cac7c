"""A struct has fields, not elements."""

from pybpfc import XDP_DROP, XDP_PASS, Struct, u32, xdp, xdp_md


class Point(Struct):
    x: u32
    y: u32


@xdp
def prog(ctx: xdp_md) -> int:
    point = Point(x=1, y=2)
    return XDP_DROP if point[0] else XDP_PASS
