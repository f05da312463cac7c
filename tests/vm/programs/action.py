"""An action of traffic control: drops datagrams to one port, counts all packets by what becomes of them."""

from pybpfc import TC_ACT_SHOT, TC_ACT_UNSPEC, PerCpuArray, __sk_buff, action, net, rodata, u16, u64
from pybpfc.net import ethhdr, iphdr, ntohs, udphdr

LICENSE = "GPL"

port: u16 = rodata(5001)
verdicts = PerCpuArray[u64](max_entries=2)


@action
def shut(skb: __sk_buff) -> int:
    packet = skb.cursor()
    ethernet = packet.pull(ethhdr)
    if ethernet is None or ntohs(ethernet.h_proto) != net.ETH_P_IP:
        return TC_ACT_UNSPEC
    ip = packet.pull(iphdr)
    if ip is None or ip.protocol != net.IPPROTO_UDP:
        return TC_ACT_UNSPEC
    udp = packet.pull(udphdr)
    if udp is None or ntohs(udp.dest) != port:
        verdicts[0] += 1
        return TC_ACT_UNSPEC
    verdicts[1] += 1
    return TC_ACT_SHOT
