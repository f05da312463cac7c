"""Formats of floats are none of the kernel's."""

from pybpfc import XDP_PASS, xdp, xdp_md

LICENSE = "GPL"


@xdp
def prog(ctx: xdp_md) -> int:
    print(f"queue {ctx.rx_queue_index:.2f}")
    return XDP_PASS
