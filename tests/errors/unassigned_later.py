"""The assignment comes after the use."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    if limit > 3:
        return XDP_DROP
    limit = ctx.rx_queue_index
    return XDP_PASS
