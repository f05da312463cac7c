"""There are no sequences to match."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    match ctx.rx_queue_index, ctx.ingress_ifindex:
        case 0, 1:
            return XDP_DROP
    return XDP_PASS
