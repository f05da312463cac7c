from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    if ctx.port > 0:
        return XDP_PASS
    return ctx.nope
