"""A field in network order is compared with a host constant."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md
from pybpfc.net import ETH_P_IP, ethhdr


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is None:
        return XDP_PASS
    if eth.h_proto == ETH_P_IP:
        return XDP_DROP
    return XDP_PASS
