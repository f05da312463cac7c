"""`int` has no width."""

from pybpfc import XDP_PASS, HashMap, u32, xdp, xdp_md

hits = HashMap[u32, int](max_entries=4)


@xdp
def prog(ctx: xdp_md) -> int:
    hits[1] += 1
    return XDP_PASS
