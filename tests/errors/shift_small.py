"""A u8 has eight bits, also where it is shifted to the right."""

from pybpfc import XDP_DROP, XDP_PASS, u8, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    first = packet.pull(u8)
    if first is None:
        return XDP_PASS
    return XDP_DROP if first.value >> 8 else XDP_PASS
