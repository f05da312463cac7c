"""Count packets and bytes per IPv4 source address."""
from pybpfc import XDP_PASS, HashMap, Struct, be32, u64, xdp, xdp_md
from pybpfc.net import ETH_P_IP, ethhdr, iphdr, ntohs

LICENSE = "GPL"


class Traffic(Struct):
    packets: u64
    bytes: u64


traffic = HashMap[be32, Traffic](max_entries=10_240)


@xdp
def count_by_source(ctx: xdp_md) -> int:
    packet = ctx.cursor()

    eth = packet.pull(ethhdr)
    if eth is None or ntohs(eth.h_proto) != ETH_P_IP:
        return XDP_PASS
    ip = packet.pull(iphdr)
    if ip is None:
        return XDP_PASS

    seen = traffic.lookup(ip.saddr)
    if seen is None:
        traffic.update(ip.saddr, Traffic(packets=1, bytes=ntohs(ip.tot_len)))
    else:
        seen.packets += 1
        seen.bytes += ntohs(ip.tot_len)
    return XDP_PASS
