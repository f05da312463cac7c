"""An array's key is its index."""

from pybpfc import XDP_PASS, ArrayMap, u32, u64, xdp, xdp_md

hits = ArrayMap[u32, u64](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
