"""The packets that programs are judged on, made by scapy."""

from __future__ import annotations

import random

from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption_Router_Alert
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrHopByHop, IPv6ExtHdrRouting
from scapy.layers.l2 import ARP, Dot1Q, Ether
from scapy.packet import Packet, Raw

_ETHER = {"dst": "02:00:00:00:00:01", "src": "02:00:00:00:00:02"}
SOURCES = ("192.0.2.1", "192.0.2.200", "198.51.100.7", "203.0.113.255", "0.0.0.0", "255.255.255.255")
DESTINATIONS = ("10.0.0.1", "10.1.0.1", "10.1.2.3", "10.1.2.4", "11.0.0.1", "172.16.0.1", "0.0.0.0", "9.255.255.255")


def frame(*layers: Packet) -> bytes:
    """The bytes of an Ethernet frame with these layers."""
    packet: Packet = Ether(**_ETHER)
    for layer in layers:
        packet = packet / layer
    return bytes(packet)


def udp(source: str = SOURCES[0], destination: str = DESTINATIONS[0], port: int = 53, payload: int = 32) -> bytes:
    return frame(IP(src=source, dst=destination), UDP(sport=40000, dport=port), Raw(b"p" * payload))


def tcp(source: str = SOURCES[0], destination: str = DESTINATIONS[0], port: int = 80, flags: str = "S") -> bytes:
    return frame(IP(src=source, dst=destination), TCP(sport=40000, dport=port, flags=flags))


def ipv6(*extension_headers: Packet) -> bytes:
    return frame(IPv6(src="2001:db8::1", dst="2001:db8::2"), *extension_headers, ICMPv6EchoRequest())


def corpus() -> dict[str, bytes]:
    """Name to frame: several sources and destinations, every truncation to 0..60 bytes, and what is not IPv4."""
    frames: dict[str, bytes] = {}
    for source in SOURCES:
        for destination in DESTINATIONS:
            frames[f"udp {source} > {destination}"] = udp(source, destination)
    for source in SOURCES:
        for size in (0, 1, 700, 1400):
            frames[f"udp {source} with {size} bytes"] = udp(source, payload=size)
        frames[f"tcp {source}"] = tcp(source)
    whole = udp(SOURCES[1], DESTINATIONS[2])
    for length in range(61):
        frames[f"cut to {length}"] = whole[:length]
    frames["vlan"] = frame(Dot1Q(vlan=7), IP(src=SOURCES[0], dst=DESTINATIONS[0]), UDP())
    frames["vlan in vlan"] = frame(Dot1Q(vlan=7), Dot1Q(vlan=8), IP(src=SOURCES[0], dst=DESTINATIONS[0]), UDP())
    frames["arp"] = frame(ARP(pdst="192.0.2.1"))
    frames["icmp"] = frame(IP(src=SOURCES[2], dst=DESTINATIONS[3]), ICMP())
    frames["ipv6"] = ipv6()
    frames["ipv6 hop by hop"] = ipv6(IPv6ExtHdrHopByHop())
    frames["ipv6 two extension headers"] = ipv6(IPv6ExtHdrHopByHop(), IPv6ExtHdrDestOpt())
    frames["ipv6 routing header"] = ipv6(IPv6ExtHdrDestOpt(), IPv6ExtHdrRouting())
    frames["ip options"] = frame(IP(src=SOURCES[0], dst=DESTINATIONS[2], options=[IPOption_Router_Alert()]), UDP())
    for length in (0, 1, 0x7FFF, 0x8000, 0xFFFF):
        frames[f"tot_len {length}"] = frame(IP(src=SOURCES[1], dst=DESTINATIONS[0], len=length), UDP())
    for words in (0, 4, 15):
        frames[f"ihl {words}"] = frame(IP(src=SOURCES[1], dst=DESTINATIONS[0], ihl=words), UDP())
    noise = random.Random(20)
    for number in range(30):
        garbage = noise.randbytes(noise.randrange(14, 200))
        frames[f"garbage {number}"] = garbage
        frames[f"garbage {number} that claims to be IPv4"] = garbage[:12] + b"\x08\x00" + garbage[14:]
    return frames
