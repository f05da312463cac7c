"""The license is a string."""

from pybpfc import XDP_PASS, xdp, xdp_md

LICENSE = 2


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
