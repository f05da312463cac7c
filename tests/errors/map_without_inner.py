"""Inner maps are made after a model."""

from pybpfc import XDP_PASS, ArrayMap, HashOfMaps, u32, u64, xdp, xdp_md

tables = HashOfMaps[u32, ArrayMap[u64]](max_entries=4)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
