"""An array takes a literal of its own length."""

from typing import Annotated

from pybpfc import XDP_PASS, Array, Struct, u8, xdp, xdp_md


class Key(Struct):
    mac: Annotated[Array[u8], 6]


@xdp
def prog(ctx: xdp_md) -> int:
    key = Key.zero()
    key.mac = b"\x01\x02\x03"
    key.mac = (1, 2, 3, 4, 5, 6, 7)
    return XDP_PASS
