"""A constant, and a value that may be too large for four bits."""

from typing import Annotated

from pybpfc import XDP_PASS, Struct, bits, u8, xdp, xdp_md


class Header(Struct):
    low: Annotated[u8, bits(4)]
    high: Annotated[u8, bits(4)]
    length: u8


@xdp
def prog(ctx: xdp_md) -> int:
    header = Header(low=16, high=1, length=0)
    header.high = header.length
    return XDP_PASS
