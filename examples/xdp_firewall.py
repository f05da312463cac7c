"""XDP firewall: VLAN tags, IPv4 and IPv6, a block list, a rate for each source, a count for each port."""

from enum import IntEnum
from typing import Annotated, Final

from pybpfc import (
    XDP_DROP,
    XDP_PASS,
    Array,
    Cursor,
    HashMap,
    LpmTrie,
    LruHashMap,
    PerCpuArray,
    RingBuf,
    Struct,
    be16,
    be32,
    data,
    inline,
    net,
    rodata,
    sizeof,
    subprog,
    u8,
    u32,
    u64,
    xdp,
    xdp_md,
)
from pybpfc.helpers import bpf_ktime_get_ns
from pybpfc.net import (
    ETH_P_8021AD,
    ETH_P_8021Q,
    IPPROTO_TCP,
    IPPROTO_UDP,
    ethhdr,
    htons,
    iphdr,
    ipv6hdr,
    ntohs,
    tcphdr,
    udphdr,
)

LICENSE = "GPL"
MAX_VLANS: Final = 2
NSEC_PER_SEC: Final = 10**9


class Reason(IntEnum):
    OK = 0
    SHORT = 1
    BLOCKED = 2
    RATE = 3


class vlan_hdr(Struct):
    h_vlan_TCI: be16
    h_vlan_encapsulated_proto: be16


class V6Prefix(Struct):
    prefixlen: u32
    addr: Annotated[Array[u8], 16]


class Bucket(Struct):
    tokens: u64
    last_ns: u64


class Event(Struct):
    reason: u32
    port: be16
    saddr: Annotated[Array[u8], 16]


blocked6 = LpmTrie[V6Prefix, u32](max_entries=1024)
buckets = LruHashMap[be32, Bucket](max_entries=65536)
reasons = PerCpuArray[u64](max_entries=len(Reason))
ports = HashMap[be16, u64](max_entries=1 << 16)
events = RingBuf[Event](max_entries=1 << 16)
rate: u64 = rodata(1000)
enabled: bool = rodata(True)
lost: u64 = data(0)


@inline
def parse_vlan(packet: Cursor, proto: be16) -> be16:
    for _ in range(MAX_VLANS):
        if ntohs(proto) not in (ETH_P_8021Q, ETH_P_8021AD):
            break
        vlan = packet.pull(vlan_hdr)
        if vlan is None:
            break
        proto = vlan.h_vlan_encapsulated_proto
    return proto


@subprog
def allow(source: be32) -> bool:
    now = bpf_ktime_get_ns()
    bucket = buckets.lookup(source)
    if bucket is None:
        buckets.update(source, Bucket(tokens=rate, last_ns=now))
        return True
    elapsed = now - bucket.last_ns
    refill = elapsed * rate // NSEC_PER_SEC
    if refill:
        bucket.tokens = min(bucket.tokens + refill, rate)
        bucket.last_ns = now
    if bucket.tokens == 0:
        return False
    bucket.tokens -= 1
    return True


@subprog
def count(reason: u32) -> None:
    slot = reasons.lookup(reason)
    if slot is not None:
        slot.value += 1


@xdp
def firewall(ctx: xdp_md) -> int:
    global lost
    if not enabled:
        return XDP_PASS
    packet = ctx.cursor()
    eth = packet.pull(ethhdr)
    if eth is None:
        count(Reason.SHORT)
        return XDP_DROP
    proto = parse_vlan(packet, eth.h_proto)
    next_header: u8 = 0
    match ntohs(proto):
        case net.ETH_P_IP:
            ip = packet.pull(iphdr)
            if ip is None or ip.ihl < 5:
                count(Reason.SHORT)
                return XDP_DROP
            if not allow(ip.saddr):
                count(Reason.RATE)
                return XDP_DROP
            packet.skip(ip.ihl * 4 - sizeof(iphdr), limit=40)
            next_header = ip.protocol
        case net.ETH_P_IPV6:
            ip6 = packet.pull(ipv6hdr)
            if ip6 is None:
                return XDP_DROP
            prefix = V6Prefix.zero(prefixlen=128)
            prefix.addr = ip6.saddr.in6_u.u6_addr8
            if blocked6.lookup(prefix) is not None:
                count(Reason.BLOCKED)
                event = events.reserve()
                if event is None:
                    lost += 1
                else:
                    event.reason = Reason.BLOCKED
                    event.port = htons(0)
                    event.saddr = prefix.addr
                    events.submit(event)
                return XDP_DROP
            next_header = ip6.nexthdr
        case _:
            return XDP_PASS

    port: be16 = htons(0)
    if next_header == IPPROTO_TCP:
        tcp = packet.pull(tcphdr)
        if tcp is None:
            return XDP_DROP
        if tcp.syn and tcp.fin:
            return XDP_DROP
        port = tcp.dest
    elif next_header == IPPROTO_UDP:
        udp = packet.pull(udphdr)
        if udp is None:
            return XDP_DROP
        port = udp.dest
    ports[port] += 1
    count(Reason.OK)
    return XDP_PASS


if __name__ == "__main__":
    import sys
    import time
    from ipaddress import IPv6Network

    import pybpfc

    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} INTERFACE [BLOCKED-IPV6-PREFIX ...]")
    with pybpfc.load() as bpf:
        for text in sys.argv[2:]:
            network = IPv6Network(text)
            prefix = V6Prefix(prefixlen=network.prefixlen, addr=network.network_address.packed)
            bpf.map(blocked6)[prefix] = 1
        with bpf.programs["firewall"].attach(interface=sys.argv[1]):
            print(f"filtering on {sys.argv[1]} for ten seconds")
            time.sleep(10)
        for reason in Reason:
            print(f"{reason.name:>8} {sum(bpf.map(reasons)[reason]):>10} packets")
