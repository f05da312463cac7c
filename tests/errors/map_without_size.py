"""The map has no max_entries."""

from pybpfc import XDP_PASS, HashMap, u32, u64, xdp, xdp_md

hits = HashMap[u32, u64]()


@xdp
def prog(ctx: xdp_md) -> int:
    hits[1] += 1
    return XDP_PASS
