"""A network-order address is the key of a map with host-order keys."""

from pybpfc import XDP_PASS, HashMap, u32, u64, xdp, xdp_md
from pybpfc.net import ethhdr, iphdr

hits = HashMap[u32, u64](max_entries=1024)


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is None:
        return XDP_PASS
    ip = packet.pull(iphdr)
    if ip is None:
        return XDP_PASS
    hits[ip.saddr] += 1
    return XDP_PASS
