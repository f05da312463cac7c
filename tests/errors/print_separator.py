"""The kernel ends lines and separates nothing."""

from pybpfc import XDP_PASS, xdp, xdp_md

LICENSE = "GPL"


@xdp
def prog(ctx: xdp_md) -> int:
    print("queue", ctx.rx_queue_index, sep="=")
    return XDP_PASS
