"""`str` has no size."""

from pybpfc import XDP_DROP, XDP_PASS, sizeof, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if sizeof(str) > 4 else XDP_PASS
