"""Storage grows with its owners."""

from pybpfc import XDP_PASS, SkStorage, u32, xdp, xdp_md

seen = SkStorage[u32](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
