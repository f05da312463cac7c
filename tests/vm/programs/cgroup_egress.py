"""Count what the processes of a control group send, and drop datagrams to one port."""
from pybpfc import ArrayMap, __sk_buff, cgroup_skb_egress, rodata, u16, u64
from pybpfc.net import iphdr, ntohs, udphdr

LICENSE = "GPL"
IPPROTO_UDP = 17

closed_port: u16 = rodata(0)
packets = ArrayMap[u64](max_entries=2)             # 0: kept, 1: dropped


@cgroup_skb_egress
def filter_egress(skb: __sk_buff) -> int:
    packet = skb.cursor()
    ip = packet.pull(iphdr)
    if ip is None or ip.protocol != IPPROTO_UDP:
        return 1
    udp = packet.pull(udphdr)
    if udp is not None and ntohs(udp.dest) == closed_port:
        packets[1] += 1
        return 0
    packets[0] += 1
    return 1
