"""A name keeps one type."""

from pybpfc import XDP_PASS, u32, u64, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    count: u32 = 1
    count: u64 = 2
    return XDP_PASS
