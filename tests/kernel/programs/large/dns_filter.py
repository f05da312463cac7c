"""DNS at XDP: names of queries parsed, counted, blocked by suffix hash, reported; answers to blocked ones on the spot."""
import enum
from typing import Annotated

from pybpfc import *
from pybpfc.cursor import Cursor
from pybpfc.helpers import bpf_get_prandom_u32
from pybpfc.net import *

LICENSE = "GPL"
MAX_NAME = 128
MAX_LABELS = 16
LABEL_MASK = 0xC0


class Opcode(enum.IntEnum):
    QUERY = 0
    IQUERY = 1
    STATUS = 2


class Rcode(enum.IntEnum):
    NOERROR = 0
    FORMERR = 1
    SERVFAIL = 2
    NXDOMAIN = 3
    NOTIMP = 4
    REFUSED = 5


class dnshdr(Struct):
    id: be16
    rd: Annotated[u8, bits(1)]
    tc: Annotated[u8, bits(1)]
    aa: Annotated[u8, bits(1)]
    opcode: Annotated[u8, bits(4)]
    qr: Annotated[u8, bits(1)]
    rcode: Annotated[u8, bits(4)]
    cd: Annotated[u8, bits(1)]
    ad: Annotated[u8, bits(1)]
    z: Annotated[u8, bits(1)]
    ra: Annotated[u8, bits(1)]
    qdcount: be16
    ancount: be16
    nscount: be16
    arcount: be16


class question(Struct):
    qtype: be16
    qclass: be16


class Query(Struct):
    name: Annotated[Str, MAX_NAME]
    length: u8
    labels: u8
    left: u8
    qtype: u16
    qclass: u16
    truncated: bool


blocked = HashMap[u64, u32](max_entries=1000)
by_type = PerCpuHashMap[u16, u64](max_entries=256)
top = LruHashMap[Annotated[Str, MAX_NAME], u64](max_entries=1024)
scratch = PerCpuArray[Query](max_entries=1)
queries = RingBuf[Query](max_entries=256 * 1024)
malformed: u64 = data(0)
sample_mask: u32 = rodata(0)


@inline
def lower(c: u8) -> u8:
    return c + 32 if ord("A") <= c <= ord("Z") else c


@inline
def parse_name(packet: Cursor, query: Query) -> bool:
    """Labels to dotted lower-case text. What goes on from round to round is in memory, of which the verifier knows nothing."""
    query.length = 0
    query.labels = 0
    query.left = 0
    for _ in range(MAX_NAME):
        byte = packet.pull(u8)
        if byte is None:
            return False
        c = byte.value
        at = query.length
        if at >= MAX_NAME - 1:
            query.truncated = True
            return False
        if query.left == 0:
            if c == 0:
                return True
            if c & LABEL_MASK:
                return False
            query.left = c
            query.labels += 1
            if at != 0:
                query.name[at] = ord(".")
                query.length += 1
        else:
            query.name[at] = lower(c)
            query.length += 1
            query.left -= 1
    query.truncated = True
    return False


@subprog
def suffix_verdict(query: Query) -> u32:
    """FNV-1a of every suffix that begins at a label, from the right."""
    hash: u64 = 0xCBF29CE484222325
    for i in range(MAX_NAME):
        if i >= query.length:
            break
        c = query.name[(query.length - 1 - i) & (MAX_NAME - 1)]
        if c == ord("."):
            rule = blocked.lookup(hash)
            if rule is not None:
                return rule.value
        hash = (hash ^ c) * 0x100000001B3
    rule = blocked.lookup(hash)
    return rule.value if rule is not None else 0


@inline
def answer(eth: ethhdr, ip: iphdr, udp: udphdr, dns: dnshdr, rcode: u8) -> None:
    eth.h_source, eth.h_dest = eth.h_dest, eth.h_source
    ip.saddr, ip.daddr = ip.daddr, ip.saddr
    udp.source, udp.dest = udp.dest, udp.source
    udp.check = 0
    dns.qr = 1
    dns.ra = 1
    dns.rcode = rcode & 0xF


@xdp
def dns_filter(ctx: xdp_md) -> int:
    global malformed
    packet = ctx.cursor()
    if not (eth := packet.pull(ethhdr)) or ntohs(eth.h_proto) != ETH_P_IP:
        return XDP_PASS
    if not (ip := packet.pull(iphdr)) or ip.protocol != IPPROTO_UDP or ip.ihl != 5:
        return XDP_PASS
    if not (udp := packet.pull(udphdr)) or udp.dest != htons(53):
        return XDP_PASS
    dns = packet.pull(dnshdr)
    if dns is None:
        malformed += 1
        return XDP_DROP
    if dns.qr or dns.opcode != Opcode.QUERY:
        return XDP_PASS
    if ntohs(dns.qdcount) != 1:
        answer(eth, ip, udp, dns, Rcode.FORMERR)
        return XDP_TX

    query = scratch.lookup(0)
    if query is None:
        return XDP_ABORTED
    query.name = ""
    query.truncated = False
    if not parse_name(packet, query):
        malformed += 1
        return XDP_PASS if query.truncated else XDP_DROP
    tail = packet.pull(question)
    if tail is None:
        malformed += 1
        return XDP_DROP
    query.qtype, query.qclass = ntohs(tail.qtype), ntohs(tail.qclass)

    by_type[query.qtype] += 1
    top[query.name] += 1
    if bpf_get_prandom_u32() & sample_mask == 0:
        queries.output(query)
    rcode = suffix_verdict(query)
    if rcode:
        answer(eth, ip, udp, dns, u8(rcode))
        return XDP_TX
    return XDP_PASS
