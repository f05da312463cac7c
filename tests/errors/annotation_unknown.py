"""The annotation names nothing."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    count: u23 = 0
    return XDP_PASS
