"""A tuple is no list of arguments."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if min((ctx.rx_queue_index, 4)) > 3 else XDP_PASS
