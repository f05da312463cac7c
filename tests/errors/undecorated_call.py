"""A plain Python function cannot run in the kernel."""

from pybpfc import XDP_DROP, XDP_PASS, u32, xdp, xdp_md


def odd(n: u32) -> bool:
    return n % 2 == 1


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if odd(ctx.rx_queue_index) else XDP_PASS
