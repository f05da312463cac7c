"""Python cannot parse it."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def accept(ctx: xdp_md) -> int:
    if ctx.rx_queue_index = 4:
        return XDP_PASS
    return XDP_PASS
