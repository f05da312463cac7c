"""Structs are equal or not."""

from pybpfc import XDP_DROP, XDP_PASS, Struct, u32, xdp, xdp_md


class Point(Struct):
    x: u32
    y: u32


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if Point(x=1, y=2) < Point(x=2, y=1) else XDP_PASS
