"""An atomic works on memory."""

from pybpfc import XDP_PASS, atomic_add, u64, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    count: u64 = 0
    atomic_add(count, 1)
    return XDP_PASS
