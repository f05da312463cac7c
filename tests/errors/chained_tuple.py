"""A tuple among several targets would be built at run time."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    pair = a, b = 1, 2
    return XDP_PASS
