"""A list of the module is no value in the kernel."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md

PORTS = [80, 443]


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if ctx.rx_queue_index in PORTS else XDP_PASS
