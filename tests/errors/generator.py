"""A program has no caller to yield to."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    yield XDP_PASS
