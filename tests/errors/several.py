"""Every statement with a mistake is reported, and only the mistakes."""

from pybpfc import XDP_DROP, HashMap, Struct, u8, u32, u64, xdp, xdp_md


class Traffic(Struct):
    packets: u64
    bytes: u64


traffic = HashMap[u32, Traffic](max_entries=1024)


@xdp
def prog(ctx: xdp_md) -> int:
    seen = traffic.lookup(1)
    seen.packets += 1
    limit: u8 = 300
    unknown = frobnicate(seen)
    more = unknown + 1
    if ctx.rx_queue_index / 2 > limit:
        return XDP_DROP
    return 99
