"""`->` of C is no Python."""

from pybpfc import XDP_DROP, XDP_PASS, HashMap, u32, u64, xdp, xdp_md
from pybpfc.net import ETH_P_IP, ethhdr, ntohs

hits = HashMap[u32, u64](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is not None:
        hits[0] = eth->h_proto
    return XDP_PASS
