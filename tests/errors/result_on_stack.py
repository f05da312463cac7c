"""A new object does not outlive its function."""

from pybpfc import XDP_DROP, XDP_PASS, HashMap, Struct, subprog, u32, xdp, xdp_md


class Point(Struct):
    x: u32
    y: u32


points = HashMap[u32, Point](max_entries=64)


@subprog
def origin() -> Point:
    return Point(x=0, y=0)


@subprog
def find(key: u32) -> Point:
    point = points.lookup(key)
    if point is None:
        point = Point(x=0, y=0)
    return point


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if origin().x + find(1).x else XDP_PASS
