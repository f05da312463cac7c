"""A function is of one kind."""

from pybpfc import XDP_PASS, tc, xdp, xdp_md


@xdp
@tc
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
