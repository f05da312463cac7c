"""Arrays of different types are not copied into each other."""

from typing import Annotated

from pybpfc import XDP_PASS, Array, Struct, u8, u16, xdp, xdp_md


class Key(Struct):
    mac: Annotated[Array[u8], 6]
    words: Annotated[Array[u16], 3]


@xdp
def prog(ctx: xdp_md) -> int:
    key = Key.zero()
    key.words = key.mac
    return XDP_PASS
