"""BPF has no floating point."""

from pybpfc import XDP_PASS, Struct, xdp, xdp_md


class Point(Struct):
    x: float
    y: float


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
