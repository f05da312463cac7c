"""`and` gives a bool, not its last operand."""

from pybpfc import XDP_PASS, HashMap, u32, u64, xdp, xdp_md

hits = HashMap[u32, u64](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    seen = hits.lookup(1)
    count = seen and seen.value
    return XDP_PASS
