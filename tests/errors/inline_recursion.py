"""The body of an @inline function would never end."""

from pybpfc import XDP_DROP, XDP_PASS, inline, u32, xdp, xdp_md


@inline
def countdown(queue: u32) -> u32:
    return 0 if queue == 0 else countdown(queue - 1)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if countdown(ctx.rx_queue_index) else XDP_PASS
