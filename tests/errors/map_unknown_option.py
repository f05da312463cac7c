"""Options are the kernel's."""

from pybpfc import XDP_PASS, HashMap, u32, u64, xdp, xdp_md

hits = HashMap[u32, u64](entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
