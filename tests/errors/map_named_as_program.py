"""A map and a program share a name."""

from pybpfc import XDP_PASS, HashMap, u32, u64, xdp, xdp_md

hits = HashMap[u32, u64](max_entries=64, name="prog")


@xdp
def prog(ctx: xdp_md) -> int:
    hits[0] += 1
    return XDP_PASS
