"""An annotation alone gives no value."""

from pybpfc import XDP_DROP, XDP_PASS, u32, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    limit: u32
    return XDP_DROP if limit > 3 else XDP_PASS
