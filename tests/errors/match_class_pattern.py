"""A pattern takes nothing apart."""

from pybpfc import XDP_DROP, XDP_PASS, HashMap, Struct, u32, u64, xdp, xdp_md


class Traffic(Struct):
    packets: u64


traffic = HashMap[u32, Traffic](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    match traffic.lookup(1):
        case Traffic(packets=0):
            return XDP_DROP
    return XDP_PASS
