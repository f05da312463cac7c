"""Copies of a body are counted when it is compiled."""

from pybpfc import XDP_PASS, unrolled, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    for i in unrolled(range(ctx.rx_queue_index)):
        pass
    return XDP_PASS
