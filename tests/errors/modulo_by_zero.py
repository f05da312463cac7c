"""`%=` by a constant 0."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    queue = ctx.rx_queue_index
    queue %= 0
    return XDP_PASS
