"""Limit the bytes per second that each IPv4 source may send: a token bucket per source at TC ingress."""
from pybpfc import TC_ACT_OK, TC_ACT_SHOT, LruHashMap, Struct, __sk_buff, be32, data, inline, rodata, sizeof, tc, u64
from pybpfc.helpers import bpf_ktime_get_ns
from pybpfc.net import ETH_P_IP, ethhdr, iphdr, ntohs

LICENSE = "GPL"
NSEC_PER_SEC = 1_000_000_000

bytes_per_second: u64 = rodata(125_000)            # set before load
dropped: u64 = data(0)


class Bucket(Struct):
    tokens: u64                                    # bytes that may pass now
    updated_ns: u64


buckets = LruHashMap[be32, Bucket](max_entries=10_240)


@inline
def refill(bucket: Bucket, now_ns: u64) -> None:
    elapsed_ns = min(now_ns - bucket.updated_ns, NSEC_PER_SEC)     # a bucket holds one second's worth
    earned = elapsed_ns * bytes_per_second // NSEC_PER_SEC
    bucket.tokens = min(bucket.tokens + earned, bytes_per_second)
    bucket.updated_ns = now_ns


@tc
def limit_by_source(skb: __sk_buff) -> int:
    global dropped
    eth = ethhdr.at(skb.data)
    ip = iphdr.at(skb.data + sizeof(ethhdr))
    if skb.data + sizeof(ethhdr) + sizeof(iphdr) > skb.data_end:   # the check that every read below needs
        return TC_ACT_OK
    if ntohs(eth.h_proto) != ETH_P_IP:
        return TC_ACT_OK

    now_ns = bpf_ktime_get_ns()
    bucket = buckets.lookup(ip.saddr)
    if bucket is None:
        buckets.update(ip.saddr, Bucket(tokens=bytes_per_second, updated_ns=now_ns))
        return TC_ACT_OK
    refill(bucket, now_ns)
    if bucket.tokens < skb.len:
        dropped += 1
        return TC_ACT_SHOT
    bucket.tokens -= skb.len
    return TC_ACT_OK


if __name__ == "__main__":
    import sys
    import time
    from ipaddress import IPv4Address

    import pybpfc

    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} INTERFACE BYTES_PER_SECOND")
    with pybpfc.load(rodata={"bytes_per_second": int(sys.argv[2])}) as bpf:
        with bpf.programs["limit_by_source"].attach(interface=sys.argv[1]):
            print(f"limiting on {sys.argv[1]} for ten seconds")
            time.sleep(10)
        for source, state in bpf.map(buckets).items():
            print(f"{IPv4Address(source)!s:>15}  {state.tokens:>10} bytes left")
        print(f"{bpf.globals.dropped} packets dropped")
