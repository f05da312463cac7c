"""The width is part of a constant string."""

from pybpfc import XDP_PASS, xdp, xdp_md

LICENSE = "GPL"


@xdp
def prog(ctx: xdp_md) -> int:
    width = 8
    print(f"queue {ctx.rx_queue_index:{width}}")
    return XDP_PASS
