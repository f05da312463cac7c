"""Nothing has no value."""

from pybpfc import XDP_DROP, XDP_PASS, subprog, u32, xdp, xdp_md


@subprog
def note(queue: u32) -> None:
    pass


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if note(ctx.rx_queue_index) else XDP_PASS
