"""A scalar behind a lookup is read without a test."""

from pybpfc import XDP_DROP, XDP_PASS, HashMap, u32, u64, xdp, xdp_md

hits = HashMap[u32, u64](max_entries=1024)


@xdp
def prog(ctx: xdp_md) -> int:
    seen = hits.lookup(1)
    return XDP_DROP if seen.value > 9 else XDP_PASS
