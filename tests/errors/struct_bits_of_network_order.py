"""The bits of a be16 are in no order."""

from typing import Annotated

from pybpfc import XDP_PASS, Struct, be16, bits, xdp, xdp_md


class Header(Struct):
    version: Annotated[be16, bits(4)]


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
