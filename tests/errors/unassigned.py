"""The name has a value on one path only."""

from pybpfc import XDP_DROP, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    if ctx.rx_queue_index == 0:
        verdict = XDP_DROP
    return verdict
