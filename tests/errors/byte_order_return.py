"""A verdict is a host integer."""

from pybpfc import XDP_PASS, xdp, xdp_md
from pybpfc.net import ethhdr


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is None:
        return XDP_PASS
    return eth.h_proto
