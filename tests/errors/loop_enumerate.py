"""Iterators of Python run in Python."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    for i in enumerate((80, 443)):
        pass
    return XDP_PASS
