"""`rodata` is what user space sets before load, also when it is read through a reference, a copy or a comparison."""
from typing import Annotated

from pybpfc import Array, ArrayMap, Struct, copy, rodata, u32, u64, xdp, xdp_md


class Limits(Struct):
    low: u32
    high: u32


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=4)
limits: Limits = rodata(Limits(low=1, high=2))
table: Annotated[Array[u32], 2] = rodata((0, 0))

RODATA = {"limits": {"low": 30, "high": 40}, "table": (5, 6)}
EXPECTED = ((b"", (30, 40, 11, 0)),)


@xdp
def program(ctx: xdp_md) -> int:
    alias = limits
    values = table
    out[0] = alias.low
    out[1] = copy(limits).high
    out[2] = values[0] + values[1]
    out[3] = u64(alias == Limits(low=1, high=2))
    return 2
