"""The kernel prints nothing where the format has one."""

from pybpfc import XDP_PASS, xdp, xdp_md

LICENSE = "GPL"


@xdp
def prog(ctx: xdp_md) -> int:
    print("\x07 a packet")
    return XDP_PASS
