"""`+=` reads first."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    if ctx.rx_queue_index:
        count = 1
    count += 1
    return XDP_PASS
