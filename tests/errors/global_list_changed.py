"""A Python list does not change while the program runs."""

from pybpfc import XDP_PASS, xdp, xdp_md

PORTS = [80, 443]


@xdp
def prog(ctx: xdp_md) -> int:
    PORTS[0] = 8080
    return XDP_PASS
