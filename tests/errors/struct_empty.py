"""A struct has fields."""

from pybpfc import XDP_PASS, Struct, xdp, xdp_md


class Nothing(Struct):
    pass


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
