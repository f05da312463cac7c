"""A field is named, an element is numbered."""

from typing import Annotated

from pybpfc import XDP_DROP, XDP_PASS, Array, ArrayMap, Struct, u32, xdp, xdp_md


class Table(Struct):
    rates: Annotated[Array[u32], 4]


tables = ArrayMap[Table](max_entries=1)


@xdp
def prog(ctx: xdp_md) -> int:
    table = tables.lookup(0)
    if table is None:
        return XDP_PASS
    return XDP_DROP if table.rates["fast"] else XDP_PASS
