"""Two programs share a name."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def first(ctx: xdp_md) -> int:
    return XDP_DROP


@xdp(name="first")
def second(ctx: xdp_md) -> int:
    return XDP_PASS
