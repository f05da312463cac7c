"""A union of integers has no layout."""

from pybpfc import XDP_PASS, u32, u64, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    count: u32 | u64 = 0
    return XDP_PASS
