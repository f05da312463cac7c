"""A BPF call passes no cursor."""

from pybpfc import XDP_DROP, XDP_PASS, subprog, u32, xdp, xdp_md
from pybpfc.cursor import Cursor
from pybpfc.net import ETH_P_IP, ethhdr, ntohs


@subprog
def protocol(packet: Cursor) -> u32:
    eth = packet.pull(ethhdr)
    return 0 if eth is None else ntohs(eth.h_proto)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if protocol(ctx.cursor()) == ETH_P_IP else XDP_PASS
