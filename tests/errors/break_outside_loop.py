"""Python itself refuses this."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    if ctx.rx_queue_index == 0:
        break
    return XDP_PASS
