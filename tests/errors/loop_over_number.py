"""A loop runs over a range."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    for i in 8:
        pass
    return XDP_PASS
