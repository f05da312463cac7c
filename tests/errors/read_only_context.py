"""XDP programs cannot write this field."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    ctx.rx_queue_index = 1
    return XDP_PASS
