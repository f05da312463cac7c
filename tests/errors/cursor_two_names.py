"""Two names would move one cursor."""

from pybpfc import XDP_PASS, u32, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    ahead = packet
    first = ahead.pull(u32)
    second = packet.pull(u32)
    return XDP_PASS
