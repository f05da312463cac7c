"""Columns are right behind characters that are wide or take several bytes."""

from pybpfc import XDP_PASS, xdp, xdp_md

LICENSE = "GPL"


@xdp
def prog(ctx: xdp_md) -> int:
    print("漢字 é", ctx.rx_queue)
    return XDP_PASS
