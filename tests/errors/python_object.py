"""A list of the module is no value in the kernel."""

from pybpfc import XDP_PASS, xdp, xdp_md

PORTS = [80, 443]


@xdp
def prog(ctx: xdp_md) -> int:
    ports = PORTS
    return XDP_PASS
