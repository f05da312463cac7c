"""An f-string is for printing."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    text = f"queue {ctx.rx_queue_index}"
    return XDP_PASS
