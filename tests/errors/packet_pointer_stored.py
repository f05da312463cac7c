"""A packet pointer is no u32, though the kernel's header says so."""

from pybpfc import XDP_PASS, u32, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    start: u32 = ctx.data
    return XDP_PASS
