"""There are no strings at run time."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    name = "eth0"
    return XDP_PASS
