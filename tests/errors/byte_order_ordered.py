"""Network bytes do not sort as numbers do."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md
from pybpfc.net import ethhdr


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    other = packet.pull(ethhdr)
    if eth is None or other is None:
        return XDP_PASS
    return XDP_DROP if eth.h_proto < other.h_proto else XDP_PASS
