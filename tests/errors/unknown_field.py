"""A misspelt field of a packet header."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md
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
    if ip.protocl == 6:
        return XDP_DROP
    return XDP_PASS
