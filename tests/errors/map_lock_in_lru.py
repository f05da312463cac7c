"""The kernel has locks, timers and kept objects in the values of some maps only."""

from pybpfc import XDP_PASS, LruHashMap, Struct, bpf_spin_lock, u32, u64, xdp, xdp_md


class Bucket(Struct):
    lock: bpf_spin_lock
    tokens: u64


buckets = LruHashMap[u32, Bucket](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
