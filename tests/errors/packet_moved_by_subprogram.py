"""A subprogram that moves the packet moves it for its caller."""

from pybpfc import XDP_DROP, XDP_PASS, subprog, xdp, xdp_md
from pybpfc.helpers import bpf_xdp_adjust_head
from pybpfc.net import ETH_P_IP, ethhdr, ntohs


@subprog
def strip(ctx: xdp_md) -> bool:
    return bpf_xdp_adjust_head(ctx, 4) == 0


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is None or not strip(ctx):
        return XDP_PASS
    return XDP_DROP if ntohs(eth.h_proto) == ETH_P_IP else XDP_PASS
