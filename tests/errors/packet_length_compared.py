"""The verifier follows a comparison of pointers, not of lengths."""

from pybpfc import XDP_DROP, XDP_PASS, sizeof, xdp, xdp_md
from pybpfc.net import ETH_P_IP, ethhdr, ntohs


@xdp
def prog(ctx: xdp_md) -> int:
    eth = ethhdr.at(ctx.data)
    if ctx.data_end - ctx.data < sizeof(ethhdr):
        return XDP_PASS
    return XDP_DROP if ntohs(eth.h_proto) == ETH_P_IP else XDP_PASS
