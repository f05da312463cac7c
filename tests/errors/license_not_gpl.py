"""This helper wants a license compatible with the GPL."""

from pybpfc import XDP_PASS, xdp, xdp_md

LICENSE = "Proprietary"


@xdp
def prog(ctx: xdp_md) -> int:
    print("a packet")
    return XDP_PASS
