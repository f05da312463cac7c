"""Packet and map memory are read in different ways."""

from pybpfc import XDP_PASS, HashMap, Struct, u32, u64, xdp, xdp_md


class Traffic(Struct):
    packets: u64


traffic = HashMap[u32, Traffic](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    seen = packet.pull(Traffic)
    if seen is None:
        seen = traffic.lookup(1)
    return XDP_PASS
