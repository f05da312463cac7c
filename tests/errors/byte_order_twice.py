"""What is in host order already is not converted again."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md
from pybpfc.net import ETH_P_IP, ethhdr, ntohs


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is None:
        return XDP_PASS
    return XDP_DROP if ntohs(ntohs(eth.h_proto)) == ETH_P_IP else XDP_PASS
