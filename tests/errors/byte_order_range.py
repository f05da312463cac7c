"""A loop counts in host order."""

from pybpfc import XDP_PASS, xdp, xdp_md
from pybpfc.net import iphdr


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    ip = packet.pull(iphdr)
    if ip is None:
        return XDP_PASS
    for _ in range(ip.tot_len):
        pass
    return XDP_PASS
