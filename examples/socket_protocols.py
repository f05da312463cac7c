"""Count packets per IP protocol with a socket filter; it sees the traffic and cannot change it."""
from pybpfc import ArrayMap, __sk_buff, socket, u64
from pybpfc.helpers import bpf_skb_load_bytes
from pybpfc.net import ETH_P_IP, ETH_P_IPV6, ethhdr, iphdr, ipv6hdr, ntohs

LICENSE = "GPL"
ETH_HLEN = 14

packets = ArrayMap[u64](max_entries=256)


@socket
def count_protocols(skb: __sk_buff) -> int:
    eth = ethhdr.zero()
    if bpf_skb_load_bytes(skb, 0, eth) < 0:        # a socket filter copies what it reads: the size is the struct's
        return 0
    if ntohs(eth.h_proto) == ETH_P_IP:
        ip = iphdr.zero()
        if bpf_skb_load_bytes(skb, ETH_HLEN, ip) == 0:
            packets[ip.protocol] += 1
    elif ntohs(eth.h_proto) == ETH_P_IPV6:
        ip6 = ipv6hdr.zero()
        if bpf_skb_load_bytes(skb, ETH_HLEN, ip6) == 0:
            packets[ip6.nexthdr] += 1
    return 0                                       # the socket itself receives nothing


if __name__ == "__main__":
    import socket as sockets
    import sys
    import time

    import pybpfc

    SO_ATTACH_BPF = 50
    ETH_P_ALL = 0x0003

    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} INTERFACE")
    with pybpfc.load() as bpf, sockets.socket(sockets.AF_PACKET, sockets.SOCK_RAW, 0) as tap:
        tap.setsockopt(sockets.SOL_SOCKET, SO_ATTACH_BPF, bpf.programs["count_protocols"].fd)
        tap.bind((sys.argv[1], ETH_P_ALL))
        print(f"listening on {sys.argv[1]} for ten seconds")
        time.sleep(10)
        for protocol, count in bpf.map(packets).items():
            if count:
                print(f"protocol {protocol:>3}  {count:>8} packets")
