"""A tuple is no value of its own."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    ports = (80, 443)
    return XDP_PASS
