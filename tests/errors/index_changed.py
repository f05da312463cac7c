"""The index grows after it was compared."""

from typing import Annotated

from pybpfc import XDP_DROP, XDP_PASS, Array, ArrayMap, Struct, u32, xdp, xdp_md


class Table(Struct):
    rates: Annotated[Array[u32], 4]


tables = ArrayMap[Table](max_entries=1)


@xdp
def prog(ctx: xdp_md) -> int:
    table = tables.lookup(0)
    queue = ctx.rx_queue_index
    if table is None or queue >= 4:
        return XDP_PASS
    queue += 1
    return XDP_DROP if table.rates[queue] else XDP_PASS
