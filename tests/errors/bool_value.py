"""`or` as a value on integers."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    queue = ctx.rx_queue_index or 1
    return XDP_DROP if queue > 3 else XDP_PASS
