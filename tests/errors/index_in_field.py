"""A comparison of a field proves nothing about a later read of it: the help names the local that does."""

from typing import Annotated

from pybpfc import XDP_DROP, XDP_PASS, Array, ArrayMap, Struct, s32, u8, u32, xdp, xdp_md


class Table(Struct):
    last: s32
    rates: Annotated[Array[u32], 8]
    small: u8


tables = ArrayMap[Table](max_entries=1)


@xdp
def prog(ctx: xdp_md) -> int:
    table = tables.lookup(0)
    if table is None:
        return XDP_PASS
    if 0 <= table.last < len(table.rates):
        table.small = table.rates[table.last]
    last = table.last
    if 0 <= last < len(table.rates) and table.rates[last] > 3:
        return XDP_DROP
    return XDP_PASS
