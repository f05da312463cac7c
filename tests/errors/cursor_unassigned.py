"""A cursor that one path does not make, and one that is used above the line that makes it."""
from pybpfc import XDP_DROP, XDP_PASS, u8, xdp, xdp_md
from pybpfc.net import ethhdr

LICENSE = "GPL"


@xdp
def one_path(ctx: xdp_md) -> int:
    if ctx.rx_queue_index > 3:
        packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    return XDP_DROP if eth is None else XDP_PASS


@xdp
def above(ctx: xdp_md) -> int:
    for i in range(4):
        if i > 0 and packet.pull(u8) is None:
            return XDP_DROP
        packet = ctx.cursor()
    return XDP_PASS
