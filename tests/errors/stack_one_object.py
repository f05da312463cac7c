"""One object that is larger than the stack."""

from typing import Annotated

from pybpfc import XDP_DROP, XDP_PASS, Array, Struct, u8, xdp, xdp_md


class Page(Struct):
    bytes: Annotated[Array[u8], 600]


@xdp
def prog(ctx: xdp_md) -> int:
    page = Page.zero()
    return XDP_DROP if page.bytes[0] else XDP_PASS
