"""Long texts and arrays of bytes compared; the verdict of a redirection returned as it is."""

from __future__ import annotations

from typing import Annotated

from pybpfc import XDP_DROP, XDP_PASS, XDP_TX, Array, ArrayMap, DevMap, Str, Struct, u8, u32, xdp, xdp_md


class Names(Struct):
    first: Annotated[Str, 48]
    second: Annotated[Str, 48]
    address: Annotated[Array[u8], 6]


names = ArrayMap[Names](max_entries=1)
devices = DevMap(max_entries=1)


@xdp
def prog(ctx: xdp_md) -> int:
    found = names.lookup(0)
    if found is None:
        return XDP_PASS
    if found.address == b"\x02\x00\x00\x00\x00\x01":
        return devices.redirect(0, XDP_DROP)
    same = found.first == found.second
    return XDP_TX if same else XDP_PASS
