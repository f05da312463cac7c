"""An array has a length."""

from pybpfc import XDP_PASS, Array, Struct, u32, xdp, xdp_md


class Table(Struct):
    rates: Array[u32]


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
