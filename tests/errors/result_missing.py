"""One path of a subprogram ends without a result."""

from pybpfc import XDP_DROP, XDP_PASS, subprog, u32, xdp, xdp_md


@subprog
def limit(queue: u32) -> u32:
    if queue > 8:
        return 8


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if limit(ctx.rx_queue_index) else XDP_PASS
