"""There are no exceptions in the kernel."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    if ctx.rx_queue_index > 4:
        raise ValueError
    return XDP_PASS
