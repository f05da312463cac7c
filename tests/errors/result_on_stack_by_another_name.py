"""What may name an object on the stack is not returned, however it came to its name."""

from pybpfc import XDP_DROP, XDP_PASS, HashMap, Struct, inline, subprog, u32, xdp, xdp_md


class Point(Struct):
    x: u32
    y: u32


points = HashMap[u32, Point](max_entries=64)


@inline
def found_or_origin(key: u32) -> Point:
    point = points.lookup(key)
    if point is not None:
        return point
    return Point(x=0, y=0)


@inline
def same(point: Point) -> Point:
    return point


@inline
def mixed(ctx: xdp_md, key: u32) -> Point | None:
    point = points.lookup(key)
    if point is None:
        return ctx.cursor().pull(Point)
    return point


@subprog
def by_call(key: u32) -> Point:
    return found_or_origin(key)


@subprog
def by_walrus(key: u32) -> Point:
    point = points.lookup(key)
    if point is None:
        point = Point(x=0, y=0)
    return (other := point)


@subprog
def by_argument(key: u32) -> Point:
    point = points.lookup(key)
    if point is None:
        point = Point(x=0, y=0)
    return same(point)


@xdp
def prog(ctx: xdp_md) -> int:
    point = mixed(ctx, 1)
    if point is None:
        return XDP_PASS
    return XDP_DROP if by_call(1).x + by_walrus(1).x + by_argument(1).x + point.x else XDP_PASS
