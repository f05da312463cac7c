"""`int` has no width."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    count: int = 0
    return XDP_PASS
