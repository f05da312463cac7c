"""`**` takes constants."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if 2 ** ctx.rx_queue_index > 8 else XDP_PASS
