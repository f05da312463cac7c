"""A bare constant in front of other cases: Python's own error, and how it is meant."""

from pybpfc import XDP_DROP, XDP_PASS, HashMap, u32, u64, xdp, xdp_md
from pybpfc.net import ETH_P_IP, ethhdr, ntohs

hits = HashMap[u32, u64](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is not None:
        match ntohs(eth.h_proto):
            case ETH_P_IP:
                return XDP_DROP
            case _:
                return XDP_PASS
    return XDP_PASS
