"""XDP programs are attached to an interface later."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp("eth0")
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
