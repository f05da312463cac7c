"""One argument too many."""

from pybpfc import XDP_DROP, XDP_PASS, subprog, u32, xdp, xdp_md


@subprog
def odd(n: u32) -> bool:
    return n % 2 == 1


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if odd(ctx.rx_queue_index, 2) else XDP_PASS
