"""A constant is larger than its type."""

from pybpfc import XDP_DROP, XDP_PASS, u8, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    queue: u8 = 256
    return XDP_DROP if queue > 3 else XDP_PASS
