"""Packet memory is seen through a type."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if ctx.data[0] == 0x45 else XDP_PASS
