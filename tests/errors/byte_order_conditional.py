"""One arm is in network order, the other is a host constant."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md
from pybpfc.net import ethhdr


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is None:
        return XDP_PASS
    proto = eth.h_proto if ctx.rx_queue_index else 0x800
    return XDP_DROP if proto == eth.h_proto else XDP_PASS
