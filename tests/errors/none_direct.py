"""The lookup is dereferenced in the same expression."""

from pybpfc import XDP_PASS, HashMap, Struct, u32, u64, xdp, xdp_md


class Traffic(Struct):
    packets: u64
    bytes: u64


traffic = HashMap[u32, Traffic](max_entries=1024)


@xdp
def prog(ctx: xdp_md) -> int:
    traffic.lookup(1).packets += 1
    return XDP_PASS
