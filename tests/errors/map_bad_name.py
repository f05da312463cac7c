"""Names are the object file's."""

from pybpfc import XDP_PASS, HashMap, u32, u64, xdp, xdp_md

hits = HashMap[u32, u64](max_entries=64, name="packet hits")


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
