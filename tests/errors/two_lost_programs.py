"""Both programs are lost to later assignments: the messages come in the order of the source."""
from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def first(ctx: xdp_md) -> int:
    return XDP_PASS


@xdp
def second(ctx: xdp_md) -> int:
    return XDP_PASS


@xdp
def third(ctx: xdp_md) -> int:
    return XDP_PASS


first = 1
second = 2
