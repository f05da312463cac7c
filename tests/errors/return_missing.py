"""One path ends without a verdict."""

from pybpfc import XDP_DROP, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    if ctx.rx_queue_index == 0:
        return XDP_DROP
