"""A scalar is copied by assignment."""

from pybpfc import XDP_PASS, copy, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    queue = copy(ctx.rx_queue_index)
    return XDP_PASS
