"""A list is no type of BPF memory."""

from pybpfc import XDP_PASS, Struct, u32, xdp, xdp_md


class Table(Struct):
    rates: list[u32]


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
