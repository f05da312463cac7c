"""A chain of comparisons holds numbers together."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if 0 < ctx.rx_queue_index in (1, 2) else XDP_PASS
