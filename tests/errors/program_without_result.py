"""A program returns a verdict."""

from pybpfc import xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> None:
    pass
