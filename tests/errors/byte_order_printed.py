"""Printing needs the number, not its bytes."""

from pybpfc import XDP_PASS, xdp, xdp_md
from pybpfc.net import iphdr

LICENSE = "GPL"


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    ip = packet.pull(iphdr)
    if ip is None:
        return XDP_PASS
    print(f"to {ip.daddr:x}")
    return XDP_PASS
