"""`not` negates a bool."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    first = ctx.rx_queue_index == 0
    return XDP_DROP if ~first else XDP_PASS
