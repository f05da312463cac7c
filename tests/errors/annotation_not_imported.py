"""An annotation that lacks its import: which module has the name is said wherever the annotation stands."""
from __future__ import annotations

from pybpfc import XDP_PASS, inline, xdp, xdp_md


@inline
def low(number: u64) -> u32:
    return number & 0xFF


@xdp
def prog(ctx: xdp_md) -> int:
    count: u16 = 0
    return XDP_PASS if low(count) else count
