"""A counter that runs away from its bound."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    count = 0
    while count < 10:
        count -= 1
    return XDP_PASS
