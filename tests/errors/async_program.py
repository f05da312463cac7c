"""A program never waits."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
async def prog(ctx: xdp_md) -> int:
    return XDP_PASS
