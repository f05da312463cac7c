"""A subprogram is compiled once."""

from pybpfc import XDP_DROP, XDP_PASS, subprog, u32, xdp, xdp_md
from pybpfc.net import ethhdr, ntohs


@subprog
def protocol(eth: ethhdr) -> u32:
    return ntohs(eth.h_proto)


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is None:
        return XDP_PASS
    return XDP_DROP if protocol(eth) == protocol(ethhdr.zero()) else XDP_PASS
