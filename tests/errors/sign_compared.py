"""A signed and an unsigned integer are compared."""

from pybpfc import XDP_DROP, XDP_PASS, s32, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    limit = s32(ctx.ingress_ifindex)
    if ctx.rx_queue_index > limit:
        return XDP_DROP
    return XDP_PASS
