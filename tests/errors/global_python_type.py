"""`int` has no width."""

from pybpfc import XDP_DROP, XDP_PASS, data, xdp, xdp_md

limit: int = data(8)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if ctx.rx_queue_index > limit else XDP_PASS
