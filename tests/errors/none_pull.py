"""A header is read although the packet may be too short for it."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md
from pybpfc.net import ETH_P_IP, ethhdr, ntohs


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if ntohs(eth.h_proto) == ETH_P_IP:
        return XDP_DROP
    return XDP_PASS
