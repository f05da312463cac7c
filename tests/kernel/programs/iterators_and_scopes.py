from typing import Annotated
from pybpfc import *
LICENSE="GPL"
class Slot(Struct):
    lock: bpf_spin_lock
    n: u32
    total: u64
slots = ArrayMap[Slot](max_entries=4)
out = ArrayMap[u64](max_entries=4)
class Arr(Struct):
    v: Annotated[Array[u64], 8]
@xdp
def a(ctx: xdp_md) -> int:
    total: u64 = 0
    arr = Arr.zero()
    for i in bpf_for(0, 8):
        arr.v[i] = u64(i)
        if i == 6:
            break
        if i == 2:
            continue
        total += u64(i)
    else:
        total += 1000
    out[0] = total
    n = 0
    for j in bpf_repeat(5):
        n += 1
        if ctx.rx_queue_index == 77:
            return XDP_DROP
    out[1] = u64(n)
    s = slots.lookup(0)
    if s is not None:
        with bpf_spin_lock(s.lock):
            s.n += 3
            s.total += 5
        out[2] = s.total
    with bpf_rcu_read_lock():
        out[3] = 9
        if ctx.rx_queue_index == 3:
            return XDP_TX
    return XDP_PASS
