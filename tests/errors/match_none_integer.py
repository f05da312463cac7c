"""An integer is never None."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    match ctx.rx_queue_index:
        case None:
            return XDP_DROP
    return XDP_PASS
