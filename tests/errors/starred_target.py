"""A starred name would take a list."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    first, *rest = 1, 2, 3
    return XDP_PASS
