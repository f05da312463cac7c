"""A queue has no keys."""

from pybpfc import XDP_DROP, XDP_PASS, Queue, u32, xdp, xdp_md

waiting = Queue[u32](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if waiting.lookup(0) else XDP_PASS
