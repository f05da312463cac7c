"""The kernel's objects are used where the map keeps them, not in a copy that the program has just made."""

from pybpfc import XDP_PASS, HashMap, Struct, bpf_spin_lock, bpf_timer, copy, u32, xdp, xdp_md
from pybpfc.helpers import bpf_timer_init


LICENSE = "GPL"


class Ban(Struct):
    timer: bpf_timer
    hits: u32


class Bucket(Struct):
    lock: bpf_spin_lock
    tokens: u32


bans = HashMap[u32, Ban](max_entries=64)
buckets = HashMap[u32, Bucket](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    ban = Ban.zero(hits=1)
    bans.update(1, ban)
    bpf_timer_init(ban.timer, bans, 1)
    bucket = Bucket.zero()
    with bpf_spin_lock(bucket.lock):
        bucket.tokens += 1
    kept = buckets.lookup(1)
    if kept is None:
        return XDP_PASS
    with bpf_spin_lock(kept.lock):
        kept.tokens += 1
    return XDP_PASS
