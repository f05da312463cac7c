"""The kernel verifies it for every argument."""

from pybpfc import XDP_DROP, XDP_PASS, Struct, global_subprog, u32, xdp, xdp_md


class Point(Struct):
    x: u32
    y: u32


@global_subprog
def area(point: Point) -> u32:
    return point.x * point.y


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if area(Point(x=1, y=2)) > 9 else XDP_PASS
