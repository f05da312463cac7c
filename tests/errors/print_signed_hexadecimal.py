"""Python would print a minus sign."""

from pybpfc import XDP_PASS, Struct, s32, xdp, xdp_md

LICENSE = "GPL"


class Point(Struct):
    x: s32


@xdp
def prog(ctx: xdp_md) -> int:
    start = Point(x=-1)
    print(f"at {start.x:x}")
    return XDP_PASS
