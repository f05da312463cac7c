"""A bit field has no offset in bytes."""

from typing import Annotated

from pybpfc import XDP_DROP, XDP_PASS, Struct, bits, offsetof, u8, xdp, xdp_md


class Header(Struct):
    low: Annotated[u8, bits(4)]
    high: Annotated[u8, bits(4)]


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if offsetof(Header, "high") else XDP_PASS
