"""A pointer is no number."""

from pybpfc import XDP_DROP, XDP_PASS, HashMap, u32, u64, xdp, xdp_md

hits = HashMap[u32, u64](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    seen = hits.lookup(1)
    if seen is None:
        return XDP_PASS
    return XDP_DROP if seen == 9 else XDP_PASS
