"""Nine bits do not fit eight."""

from typing import Annotated

from pybpfc import XDP_PASS, Struct, bits, u8, xdp, xdp_md


class Header(Struct):
    version: Annotated[u8, bits(9)]


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
