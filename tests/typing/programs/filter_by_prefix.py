"""Drop by destination prefix at TC ingress."""
from enum import IntEnum

from pybpfc import TC_ACT_OK, TC_ACT_SHOT, LpmTrie, PerCpuArray, Struct, __sk_buff, be32, net, subprog, tc, u32, u64
from pybpfc.net import ethhdr, iphdr, ntohs

LICENSE = "GPL"


class Verdict(IntEnum):
    ALLOW = 0
    DENY = 1


class Prefix(Struct):
    prefixlen: u32
    addr: be32


rules = LpmTrie[Prefix, u32](max_entries=4096)
verdicts = PerCpuArray[u64](max_entries=len(Verdict))


@subprog
def tally(verdict: u32) -> None:
    slot = verdicts.lookup(verdict)
    if slot is not None:
        slot.value += 1


@tc
def filter_by_prefix(skb: __sk_buff) -> int:
    packet = skb.cursor()
    eth = packet.pull(ethhdr)
    if eth is None:
        return TC_ACT_OK
    match ntohs(eth.h_proto):
        case net.ETH_P_IP:
            ip = packet.pull(iphdr)
        case _:
            return TC_ACT_OK
    if ip is None:
        return TC_ACT_SHOT
    rule = rules.lookup(Prefix(prefixlen=32, addr=ip.daddr))
    if rule is not None and rule.value == Verdict.DENY:
        tally(Verdict.DENY)
        return TC_ACT_SHOT
    tally(Verdict.ALLOW)
    return TC_ACT_OK
