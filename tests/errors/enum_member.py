"""The enum has no such member."""

from enum import IntEnum

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


class Verdict(IntEnum):
    ALLOW = 0
    DENY = 1


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if ctx.rx_queue_index == Verdict.REFUSE else XDP_PASS
