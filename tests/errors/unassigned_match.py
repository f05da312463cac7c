"""A match without `case _` may match nothing."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    match ctx.rx_queue_index:
        case 0:
            verdict = XDP_DROP
        case 1:
            verdict = XDP_PASS
    return verdict
