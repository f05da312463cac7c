"""`in` works on tuples."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if ctx.rx_queue_index in {0, 1, 2} else XDP_PASS
