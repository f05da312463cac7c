"""A program is called by the kernel."""

from pybpfc import XDP_DROP, xdp, xdp_md


@xdp
def other(ctx: xdp_md) -> int:
    return XDP_DROP


@xdp
def prog(ctx: xdp_md) -> int:
    return other(ctx)
