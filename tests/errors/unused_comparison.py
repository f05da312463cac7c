"""The comparison does nothing."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    ctx.rx_queue_index == 4
    return XDP_PASS
