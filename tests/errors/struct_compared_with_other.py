"""Only structs of one class are compared."""

from pybpfc import XDP_DROP, XDP_PASS, Struct, u32, xdp, xdp_md


class Point(Struct):
    x: u32
    y: u32


class Size(Struct):
    width: u32
    height: u32


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if Point(x=1, y=2) == Size(width=1, height=2) else XDP_PASS
