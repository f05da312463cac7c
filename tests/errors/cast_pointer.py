"""An address needs 64 bits."""

from pybpfc import XDP_DROP, XDP_PASS, u32, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if u32(ctx.data) else XDP_PASS
