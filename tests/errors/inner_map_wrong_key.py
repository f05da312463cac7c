"""A map in a map takes the keys and values of its model, and has its operators."""

from pybpfc import XDP_PASS, ArrayMap, ArrayOfMaps, be32, u64, xdp, xdp_md
from pybpfc.net import htonl

tables = ArrayOfMaps[ArrayMap[u64]](max_entries=4, inner=ArrayMap[u64](max_entries=16))


@xdp
def prog(ctx: xdp_md) -> int:
    table = tables.lookup(0)
    if table is None:
        return XDP_PASS
    table.update(htonl(5), 1)
    del table[3]
    tables.update(0, table)
    first = table[0]
    kept: u64 = table
    return XDP_PASS
