from pybpfc import *
from pybpfc.helpers import bpf_loop, bpf_for_each_map_elem
LICENSE="GPL"
class Sum(Struct):
    total: u64
    count: u32
    pad: u32
hits = HashMap[u32, u64](max_entries=16)
out = ArrayMap[u64](max_entries=4)
@callback
def add(index: u32, context: Sum) -> int:
    context.total += index
    context.count += 1
    return 1 if index >= 99 else 0
@callback
def each(map: u64, key: Ptr[u32], value: Ptr[u64], context: Sum) -> int:
    context.total += value.value
    context.count += key.value
    return 0
@global_subprog
def twice(x: u32) -> u32:
    return x * 2
@xdp
def a(ctx: xdp_md) -> int:
    s = Sum.zero()
    bpf_loop(1000, add, s)
    out[0] = s.total
    out[1] = u64(s.count)
    hits[1] = 5
    hits[2] = 6
    t = Sum.zero()
    bpf_for_each_map_elem(hits, each, t)
    out[2] = t.total
    out[3] = u64(twice(t.count))
    return XDP_PASS
