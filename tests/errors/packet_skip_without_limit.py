"""A limit is a constant."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    packet.skip(14, limit=ctx.rx_queue_index)
    return XDP_PASS
