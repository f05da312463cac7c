"""Reading with brackets could find nothing."""

from pybpfc import XDP_DROP, XDP_PASS, HashMap, u32, u64, xdp, xdp_md

hits = HashMap[u32, u64](max_entries=1024)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if hits[1] > 4 else XDP_PASS
