"""A map cannot be looped over in the kernel."""

from pybpfc import XDP_DROP, XDP_PASS, HashMap, u32, u64, xdp, xdp_md

hits = HashMap[u32, u64](max_entries=1024)


@xdp
def prog(ctx: xdp_md) -> int:
    for key in hits:
        return XDP_DROP
    return XDP_PASS
