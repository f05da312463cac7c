"""Packets to endpoints."""
from __future__ import annotations

from pybpfc import inline, net, sizeof, u8, u32
from pybpfc.cursor import Cursor
from pybpfc.net import ethhdr, iphdr, ipv6hdr, ntohl, ntohs, tcphdr, udphdr

from .types import Parsed, TcpFlag


@inline
def flags_of(tcp: tcphdr) -> u8:
    return (u8(tcp.fin) * TcpFlag.FIN | u8(tcp.syn) * TcpFlag.SYN | u8(tcp.rst) * TcpFlag.RST
            | u8(tcp.psh) * TcpFlag.PSH | u8(tcp.ack) * TcpFlag.ACK)


@inline
def order(parsed: Parsed) -> None:
    """The lower address first, so that both directions have one key."""
    t = parsed.tuple
    swap = False
    decided = False
    for i in range(4):
        if not decided:
            a, b = ntohl(t.low.words[i]), ntohl(t.high.words[i])
            if a != b:
                decided = True
                swap = a > b
    if not decided:
        swap = ntohs(t.low_port) > ntohs(t.high_port)
    if swap:
        t.low, t.high = t.high, t.low
        t.low_port, t.high_port = t.high_port, t.low_port
    parsed.swapped = swap


@inline
def parse(packet: Cursor, parsed: Parsed) -> bool:
    eth = packet.pull(ethhdr)
    if eth is None:
        return False
    left: u32 = 0
    match ntohs(eth.h_proto):
        case net.ETH_P_IP:
            ip = packet.pull(iphdr)
            if ip is None or ip.ihl < 5:
                return False
            parsed.tuple.family = net.AF_INET
            parsed.tuple.protocol = ip.protocol
            parsed.tuple.low.v4 = ip.saddr
            parsed.tuple.high.v4 = ip.daddr
            left = max(ntohs(ip.tot_len), ip.ihl * 4) - ip.ihl * 4
            packet.skip(ip.ihl * 4 - sizeof(iphdr), limit=40)
        case net.ETH_P_IPV6:
            ip6 = packet.pull(ipv6hdr)
            if ip6 is None:
                return False
            parsed.tuple.family = net.AF_INET6
            parsed.tuple.protocol = ip6.nexthdr
            for i in range(4):
                parsed.tuple.low.words[i] = ip6.saddr.in6_u.u6_addr32[i]
                parsed.tuple.high.words[i] = ip6.daddr.in6_u.u6_addr32[i]
            left = ntohs(ip6.payload_len)
        case _:
            return False
    match parsed.tuple.protocol:
        case net.IPPROTO_TCP:
            tcp = packet.pull(tcphdr)
            if tcp is None or tcp.doff < 5 or left < tcp.doff * 4:
                return False
            parsed.tuple.low_port, parsed.tuple.high_port = tcp.source, tcp.dest
            parsed.seq = ntohl(tcp.seq)
            parsed.window = ntohs(tcp.window)
            parsed.flags = flags_of(tcp)
            parsed.length = left - tcp.doff * 4 + u32(tcp.syn) + u32(tcp.fin)
        case net.IPPROTO_UDP:
            udp = packet.pull(udphdr)
            if udp is None:
                return False
            parsed.tuple.low_port, parsed.tuple.high_port = udp.source, udp.dest
        case _:
            return False
    order(parsed)
    return True
