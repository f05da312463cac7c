"""An XDP program is told where it runs when it is attached."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp("eth0")
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
