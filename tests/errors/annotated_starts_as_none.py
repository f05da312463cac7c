"""The annotation says nothing but None was assigned."""

from pybpfc import XDP_DROP, XDP_PASS, HashMap, Struct, u32, u64, xdp, xdp_md


class Traffic(Struct):
    packets: u64


traffic = HashMap[u32, Traffic](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    best: Traffic | None = None
    for i in range(4):
        seen = traffic.lookup(i)
        if seen is not None and seen.packets > best.packets:
            best = seen
    return XDP_DROP if best is not None else XDP_PASS
