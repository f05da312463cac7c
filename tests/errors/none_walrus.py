"""What `:=` binds can be None outside of the test."""

from pybpfc import XDP_DROP, XDP_PASS, HashMap, Struct, u32, u64, xdp, xdp_md


class Traffic(Struct):
    packets: u64


traffic = HashMap[u32, Traffic](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    if (seen := traffic.lookup(1)) is not None and seen.packets > 9:
        return XDP_DROP
    seen.packets += 1
    return XDP_PASS
