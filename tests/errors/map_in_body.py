"""A map is declared at module level."""

from pybpfc import XDP_PASS, HashMap, u32, u64, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    hits = HashMap[u32, u64](max_entries=64)
    return XDP_PASS
