"""A loop may take no round."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    for i in range(ctx.rx_queue_index & 7):
        last = i
    return XDP_DROP if last else XDP_PASS
