"""One arm is no verdict."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS if ctx.rx_queue_index else 77
