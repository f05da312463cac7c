"""Fields are named, not counted."""

from pybpfc import XDP_PASS, HashMap, Struct, u32, u64, xdp, xdp_md


class Traffic(Struct):
    packets: u64
    bytes: u64


traffic = HashMap[u32, Traffic](max_entries=1024)


@xdp
def prog(ctx: xdp_md) -> int:
    traffic.update(1, Traffic(1, 2))
    return XDP_PASS
