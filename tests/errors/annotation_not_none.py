"""An annotation without `| None` promises a value."""

from pybpfc import XDP_DROP, XDP_PASS, HashMap, Struct, u32, u64, xdp, xdp_md


class Traffic(Struct):
    packets: u64


traffic = HashMap[u32, Traffic](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    seen: Traffic = traffic.lookup(1)
    return XDP_DROP if seen.packets > 9 else XDP_PASS
