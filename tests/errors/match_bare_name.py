"""A bare name in a pattern binds, it does not compare."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md

FIRST = 0


@xdp
def prog(ctx: xdp_md) -> int:
    match ctx.rx_queue_index:
        case FIRST:
            return XDP_DROP
    return XDP_PASS
