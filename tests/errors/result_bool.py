"""A number is no bool."""

from pybpfc import XDP_DROP, XDP_PASS, subprog, u32, xdp, xdp_md


@subprog
def is_over(queue: u32) -> bool:
    return queue & 8


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if is_over(ctx.rx_queue_index) else XDP_PASS
