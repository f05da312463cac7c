"""A native loop ends soon."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    for i in range(1 << 30):
        if i == ctx.rx_queue_index:
            return XDP_DROP
    return XDP_PASS
