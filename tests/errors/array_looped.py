"""A loop runs over indexes."""

from typing import Annotated

from pybpfc import XDP_DROP, XDP_PASS, Array, Struct, u8, xdp, xdp_md


class Key(Struct):
    mac: Annotated[Array[u8], 6]


@xdp
def prog(ctx: xdp_md) -> int:
    key = Key.zero()
    for byte in key.mac:
        if byte:
            return XDP_DROP
    return XDP_PASS
