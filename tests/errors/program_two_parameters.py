"""There is one context."""

from pybpfc import XDP_PASS, u32, xdp, xdp_md


@xdp
def prog(ctx: xdp_md, limit: u32) -> int:
    return XDP_PASS
