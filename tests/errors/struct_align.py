"""An alignment is a power of two."""

from pybpfc import XDP_PASS, Struct, u8, xdp, xdp_md


class Header(Struct, align=3):
    version: u8


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
