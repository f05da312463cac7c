"""None is compared with `==`."""

from pybpfc import XDP_DROP, XDP_PASS, HashMap, Struct, u32, u64, xdp, xdp_md


class Traffic(Struct):
    packets: u64
    bytes: u64


traffic = HashMap[u32, Traffic](max_entries=1024)


@xdp
def prog(ctx: xdp_md) -> int:
    seen = traffic.lookup(1)
    if seen == None:
        return XDP_DROP
    return XDP_PASS
