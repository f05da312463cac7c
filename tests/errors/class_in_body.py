"""Declarations stand at module level."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    class Local:
        pass

    return XDP_PASS
