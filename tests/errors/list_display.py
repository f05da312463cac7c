"""A list would have to be allocated."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    queues = [0, 1, 2]
    return XDP_DROP if ctx.rx_queue_index in queues else XDP_PASS
