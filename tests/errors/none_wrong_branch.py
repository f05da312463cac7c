"""The value is used where the test has just shown that it is None."""

from pybpfc import XDP_PASS, HashMap, Struct, u32, u64, xdp, xdp_md


class Traffic(Struct):
    packets: u64
    bytes: u64


traffic = HashMap[u32, Traffic](max_entries=1024)


@xdp
def prog(ctx: xdp_md) -> int:
    seen = traffic.lookup(1)
    if seen is None:
        seen.packets = 1
    return XDP_PASS
