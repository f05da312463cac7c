"""Nothing before the packet can be read."""

from pybpfc import XDP_DROP, XDP_PASS, Struct, u32, xdp, xdp_md


class Mark(Struct):
    color: u32
    weight: u32


@xdp
def prog(ctx: xdp_md) -> int:
    mark = Mark.at(ctx.data - 8)
    if ctx.data + 16 > ctx.data_end:
        return XDP_PASS
    return XDP_DROP if mark.color else XDP_PASS
