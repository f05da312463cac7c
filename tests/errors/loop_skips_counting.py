"""`continue` jumps over the counting."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    count = 0
    while count < 10:
        if ctx.rx_queue_index == 3:
            continue
        count += 1
    return XDP_PASS
