"""Nothing but None is assigned."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    seen = None
    return XDP_DROP if seen else XDP_PASS
