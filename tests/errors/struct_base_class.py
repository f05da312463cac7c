"""`Struct` itself has no fields."""

from pybpfc import XDP_PASS, Struct, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    header = Struct()
    return XDP_PASS
