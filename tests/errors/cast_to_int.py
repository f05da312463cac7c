"""`int` has no width to cast to."""

from pybpfc import xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    return int(ctx.rx_queue_index)
