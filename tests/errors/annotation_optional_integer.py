"""An integer is never None."""

from pybpfc import XDP_PASS, u32, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    count: u32 | None = None
    return XDP_PASS
