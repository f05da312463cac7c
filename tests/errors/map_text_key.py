"""`str` has no size."""

from pybpfc import XDP_PASS, HashMap, u64, xdp, xdp_md

hits = HashMap[str, u64](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
