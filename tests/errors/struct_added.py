"""Fields are added, structs are not."""

from pybpfc import XDP_PASS, Struct, u32, xdp, xdp_md


class Point(Struct):
    x: u32
    y: u32


@xdp
def prog(ctx: xdp_md) -> int:
    start = Point(x=1, y=2)
    start += Point(x=1, y=1)
    return XDP_PASS
