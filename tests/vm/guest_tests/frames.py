"""Ethernet frames, made by hand: guests have the standard library only."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address

IPPROTO_TCP, IPPROTO_UDP = 6, 17
_MACS = bytes.fromhex("020000000001020000000002")


def ethernet(protocol: int, payload: bytes) -> bytes:
    return _MACS + struct.pack(">H", protocol) + payload


def ipv4(payload: bytes, *, source: str = "192.0.2.200", destination: str = "10.0.0.1", protocol: int = IPPROTO_UDP,
         options: bytes = b"", fragment: int = 0) -> bytes:
    """An Ethernet frame with an IPv4 packet; the checksum is left 0, no program here looks at it."""
    words = 5 + len(options) // 4
    header = struct.pack(">BBHHHBBH4s4s", 0x40 | words, 0, words * 4 + len(payload), 1, fragment, 64, protocol, 0,
                         IPv4Address(source).packed, IPv4Address(destination).packed)
    return ethernet(0x0800, header + options + payload)


def udp(port: int = 53, size: int = 32) -> bytes:
    """A UDP datagram with `size` bytes of payload."""
    return struct.pack(">HHHH", 40000, port, 8 + size, 0) + b"p" * size


def tcp(port: int) -> bytes:
    return struct.pack(">HHIIBBHHH", 40000, port, 0, 0, 5 << 4, 2, 8192, 0, 0)


def ipv6(*extension_headers: int) -> bytes:
    """An Ethernet frame with an IPv6 packet: extension headers of 8 bytes each, then ICMPv6."""
    kinds = [*extension_headers, 58]
    body = b"".join(bytes([following, 0]) + bytes(6) for following in kinds[1:])
    icmp = bytes([128, 0]) + bytes(6)
    header = struct.pack(">IHBB", 6 << 28, len(body) + len(icmp), kinds[0], 64) + bytes(15) + b"\1" + bytes(15) + b"\2"
    return ethernet(0x86DD, header + body + icmp)
