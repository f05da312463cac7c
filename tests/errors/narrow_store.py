"""A 64-bit length goes into 16 bits."""

from pybpfc import XDP_DROP, XDP_PASS, data, u16, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    size: u16 = ctx.data_end - ctx.data
    return XDP_DROP if size > 1000 else XDP_PASS
