"""A global subprogram returns a number."""

from pybpfc import XDP_DROP, XDP_PASS, HashMap, Struct, global_subprog, u32, xdp, xdp_md


class Point(Struct):
    x: u32
    y: u32


points = HashMap[u32, Point](max_entries=64)


@global_subprog
def find(key: u32) -> Point | None:
    return points.lookup(key)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if find(1) is None else XDP_PASS
