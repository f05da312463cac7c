"""No XDP verdict has this number."""

from pybpfc import xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    return 17
