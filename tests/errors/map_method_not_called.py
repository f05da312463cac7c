"""A method without its parentheses."""

from pybpfc import XDP_DROP, XDP_PASS, HashMap, u32, u64, xdp, xdp_md

hits = HashMap[u32, u64](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if hits.lookup else XDP_PASS
