"""`case None` proves the opposite."""

from pybpfc import XDP_PASS, HashMap, Struct, u32, u64, xdp, xdp_md


class Traffic(Struct):
    packets: u64


traffic = HashMap[u32, Traffic](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    seen = traffic.lookup(1)
    match seen:
        case None:
            seen.packets += 1
    return XDP_PASS
