from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    quotient, rest = divmod(ctx.rx_queue_index, 3)
    low, high = ctx.rx_queue_index
    return XDP_PASS
