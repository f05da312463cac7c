"""Nothing would ever print the message."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    assert ctx.rx_queue_index < 8, f"queue {ctx.rx_queue_index}"
    return XDP_PASS
