"""Fields have no defaults."""

from pybpfc import XDP_PASS, Struct, u32, xdp, xdp_md


class Point(Struct):
    x: u32 = 0
    y: u32 = 0


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
