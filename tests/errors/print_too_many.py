"""The kernel formats twelve values."""

from pybpfc import XDP_PASS, xdp, xdp_md

LICENSE = "GPL"


@xdp
def prog(ctx: xdp_md) -> int:
    q = ctx.rx_queue_index
    print(f"{q} {q} {q} {q} {q} {q} {q} {q} {q} {q} {q} {q} {q}")
    return XDP_PASS
