"""Printing needs a GPL-compatible license."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    print("seen")
    return XDP_PASS
