"""Python lets the second annotation of a name replace the first: a field would be lost without a word."""

from typing import Annotated

from pybpfc import XDP_PASS, Struct, bits, u8, u16, xdp, xdp_md


class Rule(Struct):
    first: u16
    log: Annotated[u8, bits(1)]
    verdict: Annotated[u8, bits(2)]
    log: Annotated[u8, bits(1)]


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
