"""A shift by the width of the type."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    if ctx.rx_queue_index << 40 > 1:
        return XDP_DROP
    return XDP_PASS
