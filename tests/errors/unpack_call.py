"""Only a literal tuple is unpacked."""

from pybpfc import XDP_PASS, HashMap, u32, u64, xdp, xdp_md

hits = HashMap[u32, u64](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    found, count = hits.lookup(1)
    return XDP_PASS
