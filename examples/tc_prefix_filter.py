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


@subprog                                           # a BPF-to-BPF call, not inlined
def tally(verdict: u32) -> None:
    slot = verdicts.lookup(verdict)                # Ptr[u64] | None: scalars are reached through .value
    if slot is not None:
        slot.value += 1


@tc
def filter_by_prefix(skb: __sk_buff) -> int:
    packet = skb.cursor()
    eth = packet.pull(ethhdr)
    if eth is None:
        return TC_ACT_OK
    match ntohs(eth.h_proto):
        case net.ETH_P_IP:                         # a dotted name is a value pattern: that is Python
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


if __name__ == "__main__":
    import sys
    import time
    from ipaddress import IPv4Network

    import pybpfc

    if len(sys.argv) < 3:
        sys.exit(f"usage: {sys.argv[0]} INTERFACE DENIED_PREFIX...")
    interface, *prefixes = sys.argv[1:]
    with pybpfc.load() as bpf:
        view = bpf.map(rules)
        for network in map(IPv4Network, prefixes):
            view[Prefix(prefixlen=network.prefixlen, addr=int(network.network_address))] = Verdict.DENY
        with bpf.programs["filter_by_prefix"].attach(interface=interface):
            print(f"filtering on {interface} for ten seconds")
            time.sleep(10)
        for verdict in Verdict:
            print(f"{verdict.name.lower():>6}  {sum(bpf.map(verdicts)[verdict]):>8} packets")
