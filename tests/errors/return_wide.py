"""A length is returned as a verdict."""

from pybpfc import data, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    return ctx.data_end - ctx.data
