"""A function without `->` returns nothing."""

from pybpfc import XDP_PASS, subprog, u32, xdp, xdp_md


@subprog
def limit(queue: u32):
    return queue + 1


@xdp
def prog(ctx: xdp_md) -> int:
    limit(ctx.rx_queue_index)
    return XDP_PASS
