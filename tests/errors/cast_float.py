"""A float cannot be cast."""

from pybpfc import XDP_DROP, XDP_PASS, u32, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if ctx.rx_queue_index > u32(1.5) else XDP_PASS
