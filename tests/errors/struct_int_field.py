"""`int` has no width."""

from pybpfc import XDP_PASS, Struct, xdp, xdp_md


class Point(Struct):
    x: int
    y: int


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
