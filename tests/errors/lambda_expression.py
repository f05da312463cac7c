"""Functions are not values."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    limit = lambda n: n > 4
    return XDP_PASS
