"""The second `def` takes the name away from the first."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
