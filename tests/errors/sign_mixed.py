"""A signed and an unsigned integer meet."""

from pybpfc import XDP_DROP, XDP_PASS, s32, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    offset: s32 = -4
    if ctx.rx_queue_index + offset > 0:
        return XDP_DROP
    return XDP_PASS
