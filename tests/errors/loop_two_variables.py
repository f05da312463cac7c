"""A loop has one variable."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    for i, j in range(8):
        pass
    return XDP_PASS
