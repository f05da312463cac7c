"""The arms of `if else` are on the wrong sides."""

from pybpfc import XDP_DROP, XDP_PASS, HashMap, u32, u64, xdp, xdp_md

hits = HashMap[u32, u64](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    seen = hits.lookup(1)
    count = seen.value if seen is None else 0
    return XDP_DROP if count else XDP_PASS
