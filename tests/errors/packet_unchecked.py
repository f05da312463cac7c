"""The end of the packet is never compared."""

from pybpfc import XDP_DROP, XDP_PASS, data, xdp, xdp_md
from pybpfc.net import ETH_P_IP, ethhdr, ntohs


@xdp
def prog(ctx: xdp_md) -> int:
    eth = ethhdr.at(ctx.data)
    if ntohs(eth.h_proto) == ETH_P_IP:
        return XDP_DROP
    return XDP_PASS
