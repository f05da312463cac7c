"""Types are known when the program is compiled."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if isinstance(ctx, xdp_md) else XDP_PASS
