"""Packet headers, protocol numbers and byte order, under their kernel names.

Headers are those of UAPI ``linux/if_ether.h``, ``linux/ip.h``, ``linux/ipv6.h``, ``linux/tcp.h``,
``linux/udp.h``, ``linux/icmp.h``, ``linux/icmpv6.h``, ``linux/if_arp.h`` and ``linux/if_vlan.h``; fields in
network order are be types. All of them work in user space too: ``bytes(iphdr.zero(ttl=64))``.
"""

from __future__ import annotations

from typing import Annotated, Final

from pybpfc_runtime.values import Array, Struct, Union, be16, be32, be64, bits, u8, u16, u32, u64

from .intrinsics import intrinsic

__all__ = [
    "AF_INET",
    "AF_INET6",
    "AF_UNIX",
    "ARPHRD_ETHER",
    "ARPOP_REPLY",
    "ARPOP_REQUEST",
    "ETH_ALEN",
    "ETH_DATA_LEN",
    "ETH_FRAME_LEN",
    "ETH_HLEN",
    "ETH_P_8021AD",
    "ETH_P_8021Q",
    "ETH_P_ALL",
    "ETH_P_ARP",
    "ETH_P_IP",
    "ETH_P_IPV6",
    "ETH_P_LLDP",
    "ETH_P_LOOPBACK",
    "ETH_P_MPLS_MC",
    "ETH_P_MPLS_UC",
    "ETH_P_PPP_SES",
    "ETH_P_TEB",
    "ETH_ZLEN",
    "ICMPV6_DEST_UNREACH",
    "ICMPV6_ECHO_REPLY",
    "ICMPV6_ECHO_REQUEST",
    "ICMPV6_PARAMPROB",
    "ICMPV6_PKT_TOOBIG",
    "ICMPV6_TIME_EXCEED",
    "ICMP_DEST_UNREACH",
    "ICMP_ECHO",
    "ICMP_ECHOREPLY",
    "ICMP_FRAG_NEEDED",
    "ICMP_REDIRECT",
    "ICMP_TIME_EXCEEDED",
    "IPPROTO_AH",
    "IPPROTO_DSTOPTS",
    "IPPROTO_ESP",
    "IPPROTO_FRAGMENT",
    "IPPROTO_GRE",
    "IPPROTO_HOPOPTS",
    "IPPROTO_ICMP",
    "IPPROTO_ICMPV6",
    "IPPROTO_IGMP",
    "IPPROTO_IP",
    "IPPROTO_IPIP",
    "IPPROTO_IPV6",
    "IPPROTO_NONE",
    "IPPROTO_RAW",
    "IPPROTO_ROUTING",
    "IPPROTO_SCTP",
    "IPPROTO_TCP",
    "IPPROTO_UDP",
    "IPPROTO_UDPLITE",
    "IP_DF",
    "IP_MF",
    "IP_OFFSET",
    "PACKET_BROADCAST",
    "PACKET_HOST",
    "PACKET_LOOPBACK",
    "PACKET_MULTICAST",
    "PACKET_OTHERHOST",
    "PACKET_OUTGOING",
    "VLAN_PRIO_MASK",
    "VLAN_VID_MASK",
    "arphdr",
    "arphdr_eth_ipv4",
    "be16_to_cpu",
    "be32_to_cpu",
    "be64_to_cpu",
    "cpu_to_be16",
    "cpu_to_be32",
    "cpu_to_be64",
    "ethhdr",
    "frag_hdr",
    "gre_base_hdr",
    "htonl",
    "htons",
    "icmp6hdr",
    "icmphdr",
    "in6_addr",
    "iphdr",
    "ipv6_opt_hdr",
    "ipv6hdr",
    "ntohl",
    "ntohs",
    "sctphdr",
    "tcphdr",
    "udphdr",
    "vlan_hdr",
    "vxlanhdr",
]

# --- byte order: in user space a be value is the number itself, so these change nothing but the type


@intrinsic
def ntohs(value: be16) -> u16:
    """A 16-bit value from network to host order."""
    return u16(value)


@intrinsic
def ntohl(value: be32) -> u32:
    """A 32-bit value from network to host order."""
    return u32(value)


@intrinsic
def htons(value: int) -> be16:
    """A 16-bit value from host to network order."""
    return be16(value)


@intrinsic
def htonl(value: int) -> be32:
    """A 32-bit value from host to network order."""
    return be32(value)


@intrinsic
def be16_to_cpu(value: be16) -> u16:
    """The same as `ntohs`."""
    return u16(value)


@intrinsic
def be32_to_cpu(value: be32) -> u32:
    """The same as `ntohl`."""
    return u32(value)


@intrinsic
def be64_to_cpu(value: be64) -> u64:
    """A 64-bit value from network to host order."""
    return u64(value)


@intrinsic
def cpu_to_be16(value: int) -> be16:
    """The same as `htons`."""
    return be16(value)


@intrinsic
def cpu_to_be32(value: int) -> be32:
    """The same as `htonl`."""
    return be32(value)


@intrinsic
def cpu_to_be64(value: int) -> be64:
    """A 64-bit value from host to network order."""
    return be64(value)


# --- link layer

ETH_ALEN: Final = 6
ETH_HLEN: Final = 14
ETH_ZLEN: Final = 60
ETH_DATA_LEN: Final = 1500
ETH_FRAME_LEN: Final = 1514

ETH_P_LOOPBACK: Final = 0x9000
ETH_P_ALL: Final = 0x0003
ETH_P_IP: Final = 0x0800
ETH_P_ARP: Final = 0x0806
ETH_P_TEB: Final = 0x6558
ETH_P_8021Q: Final = 0x8100
ETH_P_IPV6: Final = 0x86DD
ETH_P_MPLS_UC: Final = 0x8847
ETH_P_MPLS_MC: Final = 0x8848
ETH_P_PPP_SES: Final = 0x8864
ETH_P_8021AD: Final = 0x88A8
ETH_P_LLDP: Final = 0x88CC

VLAN_PRIO_MASK: Final = 0xE000
VLAN_VID_MASK: Final = 0x0FFF

ARPHRD_ETHER: Final = 1
ARPOP_REQUEST: Final = 1
ARPOP_REPLY: Final = 2

PACKET_HOST: Final = 0
PACKET_BROADCAST: Final = 1
PACKET_MULTICAST: Final = 2
PACKET_OTHERHOST: Final = 3
PACKET_OUTGOING: Final = 4
PACKET_LOOPBACK: Final = 5

AF_UNIX: Final = 1
AF_INET: Final = 2
AF_INET6: Final = 10


class ethhdr(Struct):
    """An Ethernet header."""

    h_dest: Annotated[Array[u8], 6]
    h_source: Annotated[Array[u8], 6]
    h_proto: be16


class vlan_hdr(Struct):
    """A VLAN tag behind an Ethernet header whose h_proto is ETH_P_8021Q or ETH_P_8021AD."""

    h_vlan_TCI: be16
    h_vlan_encapsulated_proto: be16


class arphdr(Struct):
    """The fixed part of an ARP packet."""

    ar_hrd: be16
    ar_pro: be16
    ar_hln: u8
    ar_pln: u8
    ar_op: be16


class arphdr_eth_ipv4(Struct, packed=True):
    """What follows `arphdr` for IPv4 over Ethernet. The header comments these fields out; their names are its."""

    ar_sha: Annotated[Array[u8], 6]
    ar_sip: be32
    ar_tha: Annotated[Array[u8], 6]
    ar_tip: be32


# --- network layer

IPPROTO_IP: Final = 0
IPPROTO_HOPOPTS: Final = 0
IPPROTO_ICMP: Final = 1
IPPROTO_IGMP: Final = 2
IPPROTO_IPIP: Final = 4
IPPROTO_TCP: Final = 6
IPPROTO_UDP: Final = 17
IPPROTO_IPV6: Final = 41
IPPROTO_ROUTING: Final = 43
IPPROTO_FRAGMENT: Final = 44
IPPROTO_GRE: Final = 47
IPPROTO_ESP: Final = 50
IPPROTO_AH: Final = 51
IPPROTO_ICMPV6: Final = 58
IPPROTO_NONE: Final = 59
IPPROTO_DSTOPTS: Final = 60
IPPROTO_SCTP: Final = 132
IPPROTO_UDPLITE: Final = 136
IPPROTO_RAW: Final = 255

IP_DF: Final = 0x4000
IP_MF: Final = 0x2000
IP_OFFSET: Final = 0x1FFF


class iphdr(Struct):
    """An IPv4 header without options: `ihl * 4` bytes with them."""

    ihl: Annotated[u8, bits(4)]
    version: Annotated[u8, bits(4)]
    tos: u8
    tot_len: be16
    id: be16
    frag_off: be16
    ttl: u8
    protocol: u8
    check: be16
    saddr: be32
    daddr: be32


class _In6(Union):
    u6_addr8: Annotated[Array[u8], 16]
    u6_addr16: Annotated[Array[be16], 8]
    u6_addr32: Annotated[Array[be32], 4]


class in6_addr(Struct):
    """An IPv6 address."""

    in6_u: _In6


class ipv6hdr(Struct):
    """An IPv6 header."""

    priority: Annotated[u8, bits(4)]
    version: Annotated[u8, bits(4)]
    flow_lbl: Annotated[Array[u8], 3]
    payload_len: be16
    nexthdr: u8
    hop_limit: u8
    saddr: in6_addr
    daddr: in6_addr


class ipv6_opt_hdr(Struct):
    """The beginning of an IPv6 extension header: `(hdrlen + 1) * 8` bytes."""

    nexthdr: u8
    hdrlen: u8


class frag_hdr(Struct):
    """The IPv6 fragment header."""

    nexthdr: u8
    reserved: u8
    frag_off: be16
    identification: be32


# --- transport layer

ICMP_ECHOREPLY: Final = 0
ICMP_DEST_UNREACH: Final = 3
ICMP_REDIRECT: Final = 5
ICMP_ECHO: Final = 8
ICMP_TIME_EXCEEDED: Final = 11
ICMP_FRAG_NEEDED: Final = 4

ICMPV6_DEST_UNREACH: Final = 1
ICMPV6_PKT_TOOBIG: Final = 2
ICMPV6_TIME_EXCEED: Final = 3
ICMPV6_PARAMPROB: Final = 4
ICMPV6_ECHO_REQUEST: Final = 128
ICMPV6_ECHO_REPLY: Final = 129


class tcphdr(Struct):
    """A TCP header without options: `doff * 4` bytes with them."""

    source: be16
    dest: be16
    seq: be32
    ack_seq: be32
    res1: Annotated[u16, bits(4)]
    doff: Annotated[u16, bits(4)]
    fin: Annotated[u16, bits(1)]
    syn: Annotated[u16, bits(1)]
    rst: Annotated[u16, bits(1)]
    psh: Annotated[u16, bits(1)]
    ack: Annotated[u16, bits(1)]
    urg: Annotated[u16, bits(1)]
    ece: Annotated[u16, bits(1)]
    cwr: Annotated[u16, bits(1)]
    window: be16
    check: be16
    urg_ptr: be16


class udphdr(Struct):
    """A UDP header."""

    source: be16
    dest: be16
    len: be16
    check: be16


class _IcmpEcho(Struct):
    id: be16
    sequence: be16


class _IcmpFrag(Struct):
    unused: be16
    mtu: be16


class _IcmpUnion(Union):
    echo: _IcmpEcho
    gateway: be32
    frag: _IcmpFrag
    reserved: Annotated[Array[u8], 4]


class icmphdr(Struct):
    """An ICMP header."""

    type: u8
    code: u8
    checksum: be16
    un: _IcmpUnion


class _Icmp6Echo(Struct):
    identifier: be16
    sequence: be16


class _Icmp6Data(Union):
    un_data32: Annotated[Array[be32], 1]
    un_data16: Annotated[Array[be16], 2]
    un_data8: Annotated[Array[u8], 4]
    u_echo: _Icmp6Echo


class icmp6hdr(Struct):
    """An ICMPv6 header."""

    icmp6_type: u8
    icmp6_code: u8
    icmp6_cksum: be16
    icmp6_dataun: _Icmp6Data


class sctphdr(Struct):
    """The common SCTP header; its checksum is little-endian."""

    source: be16
    dest: be16
    vtag: be32
    checksum: u32


class gre_base_hdr(Struct):
    """A GRE header without its optional fields."""

    flags: be16
    protocol: be16


class vxlanhdr(Struct):
    """A VXLAN header."""

    vx_flags: be32
    vx_vni: be32
