"""A struct whose field's type is not imported."""
from __future__ import annotations

from pybpfc import XDP_PASS, Struct, u32, xdp, xdp_md


class Endpoint(Struct):
    address: be32
    number: u32


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
