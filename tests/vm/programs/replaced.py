"""A program, and another that takes the place of one of its functions while it runs."""
from pybpfc import XDP_DROP, XDP_PASS, freplace, global_subprog, u32, xdp, xdp_md

LICENSE = "GPL"


@global_subprog
def verdict(ctx: xdp_md) -> u32:
    return XDP_PASS if ctx.rx_queue_index < 1000 else XDP_DROP


@xdp
def classify(ctx: xdp_md) -> int:
    return XDP_DROP if verdict(ctx) == XDP_DROP else XDP_PASS


@freplace("verdict")
def new_verdict(ctx: xdp_md) -> int:
    return XDP_DROP if ctx.rx_queue_index < 1000 else XDP_PASS
