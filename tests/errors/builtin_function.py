"""Python's builtins run in Python."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if sum((1, 2)) > 2 else XDP_PASS
