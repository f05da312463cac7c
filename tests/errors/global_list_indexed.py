"""A Python list is indexed by constants."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md

PORTS = [80, 443]


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if PORTS[ctx.rx_queue_index & 1] == 80 else XDP_PASS
