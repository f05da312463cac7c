from pybpfc import XDP_PASS, ArrayMap, Struct, bpf_spin_lock, copy, u64, xdp, xdp_md


class Counter(Struct):
    lock: bpf_spin_lock
    n: u64


class Pair(Struct):
    total: u64
    counter: Counter


counters = ArrayMap[Counter](max_entries=2)
pairs = ArrayMap[Pair](max_entries=1)


@xdp
def prog(ctx: xdp_md) -> int:
    first, second, pair = counters.lookup(0), counters.lookup(1), pairs.lookup(0)
    if first is None or second is None or pair is None:
        return XDP_PASS
    kept = copy(first)
    counters[1] = first
    counters.update(1, first)
    if first == second:
        return XDP_PASS
    first.lock = second.lock
    first.lock = 3
    pair.counter = Counter.zero(n=4)
    counters[1] = Counter.zero(n=first.n)
    return XDP_PASS
