"""A verdict is an int."""

from pybpfc import XDP_PASS, u32, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> u32:
    return XDP_PASS
