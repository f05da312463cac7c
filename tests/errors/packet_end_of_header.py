"""The second header begins where the check ends."""

from pybpfc import XDP_DROP, XDP_PASS, sizeof, xdp, xdp_md
from pybpfc.net import ETH_P_IP, IPPROTO_UDP, ethhdr, iphdr, ntohs


@xdp
def prog(ctx: xdp_md) -> int:
    eth = ethhdr.at(ctx.data)
    if ctx.data + sizeof(ethhdr) > ctx.data_end:
        return XDP_PASS
    ip = iphdr.at(ctx.data + sizeof(ethhdr))
    if ntohs(eth.h_proto) != ETH_P_IP:
        return XDP_PASS
    return XDP_DROP if ip.protocol == IPPROTO_UDP else XDP_PASS
