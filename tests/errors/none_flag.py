"""A bool that remembers a test proves nothing."""

from pybpfc import XDP_PASS, HashMap, Struct, u32, u64, xdp, xdp_md


class Traffic(Struct):
    packets: u64


traffic = HashMap[u32, Traffic](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    seen = traffic.lookup(1)
    found = seen is not None
    if found:
        seen.packets += 1
    return XDP_PASS
