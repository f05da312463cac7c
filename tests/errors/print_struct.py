"""A struct is printed field by field."""

from pybpfc import XDP_PASS, Struct, u32, xdp, xdp_md

LICENSE = "GPL"


class Point(Struct):
    x: u32
    y: u32


@xdp
def prog(ctx: xdp_md) -> int:
    start = Point(x=1, y=2)
    print(f"at {start}")
    return XDP_PASS
