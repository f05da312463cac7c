"""The divisor is the constant 0."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    if ctx.rx_queue_index // 0 > 1:
        return XDP_DROP
    return XDP_PASS
