"""Imports belong to the module."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    import os
    return XDP_PASS
