"""The context has no such field."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    if ctx.queue == 0:
        return XDP_DROP
    return XDP_PASS
