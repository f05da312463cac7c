"""The access is on the wrong side of the comparison."""

from pybpfc import XDP_DROP, XDP_PASS, data, sizeof, xdp, xdp_md
from pybpfc.net import ETH_P_IP, ethhdr, ntohs


@xdp
def prog(ctx: xdp_md) -> int:
    eth = ethhdr.at(ctx.data)
    if ctx.data + sizeof(ethhdr) > ctx.data_end:
        return XDP_DROP if ntohs(eth.h_proto) == ETH_P_IP else XDP_PASS
    return XDP_PASS
