"""Constants compute as in Python, where this raises."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    limit = 100 // (4 - 4)
    return XDP_PASS
