"""A queue may be empty."""

from pybpfc import XDP_DROP, XDP_PASS, Queue, u32, xdp, xdp_md

waiting = Queue[u32](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if waiting.pop().value else XDP_PASS
