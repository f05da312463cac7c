"""The right side of `and` may not run."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    if ctx.rx_queue_index == 0 and (interface := ctx.ingress_ifindex) == 1:
        return XDP_DROP
    return XDP_DROP if interface == 2 else XDP_PASS
