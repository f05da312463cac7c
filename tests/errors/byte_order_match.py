"""A case is a host constant."""

from pybpfc import XDP_DROP, XDP_PASS, net, xdp, xdp_md
from pybpfc.net import ethhdr


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is None:
        return XDP_PASS
    match eth.h_proto:
        case net.ETH_P_IP:
            return XDP_PASS
        case _:
            return XDP_DROP
