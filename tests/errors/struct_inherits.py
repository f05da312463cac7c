"""C structs do not inherit."""

from pybpfc import XDP_PASS, Struct, u32, xdp, xdp_md


class Point(Struct):
    x: u32
    y: u32


class Point3(Point):
    z: u32


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
