"""A stack is no array."""

from pybpfc import XDP_PASS, Stack, u32, xdp, xdp_md

waiting = Stack[u32](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    waiting[0] = 1
    return XDP_PASS
