"""A value is looked up before a field of it is written."""

from pybpfc import XDP_PASS, HashMap, Struct, u32, u64, xdp, xdp_md


class Traffic(Struct):
    packets: u64


traffic = HashMap[u32, Traffic](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    traffic[1].packets += 1
    return XDP_PASS
