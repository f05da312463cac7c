"""A function is called."""

from pybpfc import XDP_DROP, XDP_PASS, subprog, u32, xdp, xdp_md


@subprog
def limit(queue: u32) -> u32:
    return queue + 1


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if limit else XDP_PASS
