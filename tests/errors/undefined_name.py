"""A misspelt constant."""

from pybpfc import xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PAS
