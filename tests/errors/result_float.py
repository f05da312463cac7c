"""BPF has no floating point."""

from pybpfc import XDP_DROP, XDP_PASS, subprog, u32, xdp, xdp_md


@subprog
def share(queue: u32) -> float:
    return queue


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if share(ctx.rx_queue_index) else XDP_PASS
