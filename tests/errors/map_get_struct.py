"""A struct has no default value."""

from pybpfc import XDP_PASS, HashMap, Struct, u32, u64, xdp, xdp_md


class Traffic(Struct):
    packets: u64


traffic = HashMap[u32, Traffic](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    seen = traffic.get(1, Traffic(packets=0))
    return XDP_PASS
