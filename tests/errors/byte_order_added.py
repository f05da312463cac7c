"""Adding network-order numbers to a map's value."""

from pybpfc import XDP_PASS, HashMap, u32, u64, xdp, xdp_md
from pybpfc.net import iphdr

sizes = HashMap[u32, u64](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    ip = packet.pull(iphdr)
    if ip is None:
        return XDP_PASS
    sizes[0] += ip.tot_len
    return XDP_PASS
