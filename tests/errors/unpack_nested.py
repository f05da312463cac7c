"""The inner names do not match the inner values."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    a, (b, c) = 1, (2, 3, 4)
    return XDP_PASS
