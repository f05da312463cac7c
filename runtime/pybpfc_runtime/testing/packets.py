"""Ethernet frames with right lengths and checksums, made without another library.

Source: RFC 791, 8200, 768, 9293, 1071 (the checksum); IEEE 802.1Q.
"""

from __future__ import annotations

import struct
from ipaddress import IPv4Address, IPv6Address, ip_address

_ETH_P_IP, _ETH_P_IPV6, _ETH_P_8021Q = 0x0800, 0x86DD, 0x8100
_PROTOCOLS = {"udp": 17, "tcp": 6, "icmp": 1, "icmp6": 58}
_LARGEST_VLAN = 0xFFF  # 12 bits; those above are a priority
_FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, "A": 16, "U": 32}  # of TCP, as tcpdump writes them


def packet(source: str = "192.0.2.1", destination: str = "192.0.2.2", protocol: str = "udp", *,
           source_port: int = 40000, destination_port: int = 9, payload: bytes = b"", flags: str = "S",
           vlan: int | None = None, ttl: int = 64, source_mac: str = "02:00:00:00:00:02",
           destination_mac: str = "02:00:00:00:00:01") -> bytes:
    """A frame.

    Args:
        source, destination: both IPv4 or both IPv6 addresses.
        protocol: "udp", "tcp", "icmp" or "icmp6" (an echo request).
        flags: of TCP: "S", "SA", ...
        vlan: the number of a VLAN for a tag of 802.1Q, or none.
        ttl: or hop limit.

    Raises:
        ValueError: an unknown protocol, addresses that do not fit, a number that its field does not hold.
    """
    for name, value, most in (("source_port", source_port, 0xFFFF), ("destination_port", destination_port, 0xFFFF),
                              ("vlan", vlan or 0, _LARGEST_VLAN), ("ttl", ttl, 0xFF)):
        if not 0 <= value <= most:
            raise ValueError(f"{name} is 0 to {most}, not {value}")
    if protocol not in _PROTOCOLS:
        raise ValueError(f"protocol is one of {', '.join(_PROTOCOLS)}, not {protocol!r}")
    first, second = ip_address(source), ip_address(destination)
    number = _PROTOCOLS[protocol]
    length = {"udp": 8, "tcp": 20, "icmp": 8, "icmp6": 8}[protocol] + len(payload)
    if isinstance(first, IPv6Address) and isinstance(second, IPv6Address):
        kind = _ETH_P_IPV6
        header = struct.pack("!IHBB", 6 << 28, length, number, ttl) + first.packed + second.packed
    elif isinstance(first, IPv4Address) and isinstance(second, IPv4Address):
        kind = _ETH_P_IP
        header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, 0, 0, ttl, number, 0) + first.packed + second.packed
        header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    else:
        raise ValueError(f"{source} and {destination} are addresses of different versions")
    pseudo = first.packed + second.packed + struct.pack("!II", length, number)
    body = _transport(protocol, source_port, destination_port, flags, payload, pseudo)
    tag = struct.pack("!HH", _ETH_P_8021Q, vlan) if vlan is not None else b""
    return _mac(destination_mac) + _mac(source_mac) + tag + struct.pack("!H", kind) + header + body


def checksum(data: bytes) -> int:
    """The Internet checksum: the complement of the sum of 16-bit words with the carries added in."""
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _transport(protocol: str, source_port: int, destination_port: int, flags: str, payload: bytes,
               pseudo: bytes) -> bytes:
    if protocol == "udp":
        header = struct.pack("!HHHH", source_port, destination_port, 8 + len(payload), 0)
        found = checksum(pseudo + header + payload) or 0xFFFF  # 0 means none
        return header[:6] + struct.pack("!H", found) + payload
    if protocol == "tcp":
        if not set(flags) <= _FLAGS.keys():
            raise ValueError(f"flags are letters of {''.join(_FLAGS)}, not {flags!r}")
        bits = sum(_FLAGS[letter] for letter in flags)
        header = struct.pack("!HHIIBBHHH", source_port, destination_port, 1, 0, 5 << 4, bits, 65535, 0, 0)
        return header[:16] + struct.pack("!H", checksum(pseudo + header + payload)) + header[18:] + payload
    header = struct.pack("!BBHHH", 8 if protocol == "icmp" else 128, 0, 0, 1, 1)
    found = checksum((pseudo if protocol == "icmp6" else b"") + header + payload)
    return header[:2] + struct.pack("!H", found) + header[4:] + payload


def _mac(text: str) -> bytes:
    raw = bytes.fromhex(text.replace(":", ""))
    if len(raw) != 6:
        raise ValueError(f"{text!r} is no Ethernet address")
    return raw
