"""Each element must fit."""

from typing import Annotated

from pybpfc import XDP_PASS, Array, Struct, u8, xdp, xdp_md


class Key(Struct):
    mac: Annotated[Array[u8], 6]


@xdp
def prog(ctx: xdp_md) -> int:
    key = Key(mac=(1, 2, 3, 4, 5, 256))
    return XDP_PASS
