"""An argument is converted by nobody."""

from pybpfc import XDP_DROP, XDP_PASS, subprog, u16, xdp, xdp_md
from pybpfc.net import tcphdr


@subprog
def is_web(port: u16) -> bool:
    return port == 80


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    tcp = packet.pull(tcphdr)
    if tcp is None:
        return XDP_PASS
    return XDP_DROP if is_web(tcp.dest) else XDP_PASS
