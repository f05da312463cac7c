"""The step is a constant."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    for i in range(0, 64, ctx.rx_queue_index):
        pass
    return XDP_PASS
