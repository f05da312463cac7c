"""The packet moves between the check and the access."""

from pybpfc import XDP_ABORTED, XDP_DROP, XDP_PASS, xdp, xdp_md
from pybpfc.helpers import bpf_xdp_adjust_head
from pybpfc.net import ETH_P_IP, ethhdr, ntohs


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is None:
        return XDP_PASS
    if bpf_xdp_adjust_head(ctx, 8) != 0:
        return XDP_ABORTED
    return XDP_DROP if ntohs(eth.h_proto) == ETH_P_IP else XDP_PASS
