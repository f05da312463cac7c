"""While a lock is held the verifier takes no helper, whoever calls it, and no function that is verified by itself."""

from pybpfc import (
    XDP_PASS, ArrayMap, PerCpuArray, Struct, bpf_for, bpf_spin_lock, global_subprog, subprog, u64, xdp, xdp_md,
)
from pybpfc.helpers import bpf_ktime_get_ns

LICENSE = "GPL"


class Bucket(Struct):
    lock: bpf_spin_lock
    since: u64
    tokens: u64


buckets = ArrayMap[Bucket](max_entries=1)
counts = PerCpuArray[u64](max_entries=4)


@subprog
def elapsed(since: u64) -> u64:
    return bpf_ktime_get_ns() - since


@subprog
def microseconds(since: u64) -> u64:
    return elapsed(since) // 1000


@subprog
def half(number: u64) -> u64:
    return number // 2


@global_subprog
def third(number: u64) -> u64:
    return number // 3


@xdp
def prog(ctx: xdp_md) -> int:
    bucket = buckets.lookup(0)
    if bucket is None:
        return XDP_PASS
    with bpf_spin_lock(bucket.lock):
        bucket.tokens += microseconds(bucket.since)
        bucket.tokens = half(bucket.tokens)
        for _ in bpf_for(0, 4):
            bucket.tokens = third(bucket.tokens)
        counts[0] += 1
        print("held")
    counts[2] += third(bucket.tokens)
    return XDP_PASS


@xdp
def right(ctx: xdp_md) -> int:
    bucket = buckets.lookup(0)
    if bucket is None:
        return XDP_PASS
    counts[0] += 1
    with bpf_spin_lock(bucket.lock):
        for _ in bpf_for(0, 4):
            bucket.tokens = half(bucket.tokens)
    counts[3] += third(bucket.tokens)
    return XDP_PASS
