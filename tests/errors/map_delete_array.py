"""Elements of an array cannot be deleted."""

from pybpfc import XDP_PASS, ArrayMap, u64, xdp, xdp_md

hits = ArrayMap[u64](max_entries=4)


@xdp
def prog(ctx: xdp_md) -> int:
    del hits[0]
    return XDP_PASS
