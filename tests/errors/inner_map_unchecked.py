"""A slot of a map of maps may be empty."""

from pybpfc import XDP_PASS, ArrayOfMaps, HashMap, u32, u64, xdp, xdp_md

tables = ArrayOfMaps[HashMap[u32, u64]](max_entries=4, inner=HashMap[u32, u64](max_entries=16))


@xdp
def prog(ctx: xdp_md) -> int:
    table = tables.lookup(ctx.rx_queue_index)
    table[1] += 1
    if tables.lookup(0).lookup(7) is None:
        return XDP_PASS
    table.values += 1
    return XDP_PASS
