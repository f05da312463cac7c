"""Packet pointers are compared with each other."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if ctx.data_end > 64 else XDP_PASS
