"""A pull names a type."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    header = packet.pull(14)
    return XDP_PASS
