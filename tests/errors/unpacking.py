"""Three values for two names."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    a, b = 1, 2, 3
    return XDP_PASS
