"""A cast does not swap bytes."""

from pybpfc import XDP_DROP, XDP_PASS, u16, xdp, xdp_md
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
    size = u16(ip.tot_len)
    return XDP_DROP if size > 1000 else XDP_PASS
