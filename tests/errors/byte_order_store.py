"""A host integer is stored into a field in network order."""

from pybpfc import XDP_PASS, u16, xdp, xdp_md
from pybpfc.net import ethhdr, iphdr


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is None:
        return XDP_PASS
    ip = packet.pull(iphdr)
    if ip is None:
        return XDP_PASS
    ip.tot_len = u16(40)
    return XDP_PASS
