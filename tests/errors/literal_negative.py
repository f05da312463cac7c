"""A negative constant is stored in an unsigned variable."""

from pybpfc import XDP_DROP, XDP_PASS, u32, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    queue: u32 = -1
    return XDP_DROP if queue > 3 else XDP_PASS
