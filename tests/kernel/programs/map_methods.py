"""Maps of many kinds."""
from typing import Annotated
from pybpfc import *
from pybpfc.helpers import bpf_ktime_get_ns, bpf_get_smp_processor_id
LICENSE="GPL"
class Event(Struct):
    t: u64
    cpu: u32
    kind: u32
events = RingBuf[Event](max_entries=4096)
perf = PerfEventArray[Event]()
queue = Queue[Event](max_entries=8)
stack = Stack[u32](max_entries=8)
bloom = BloomFilter[u32](max_entries=100)
jumps = ProgArray[xdp_md](max_entries=4)
devs = DevMap[u32](max_entries=4)
cpus = CpuMap[u32](max_entries=4)
hits = HashMap[u32, u64](max_entries=16)
@xdp
def a(ctx: xdp_md) -> int:
    e = events.reserve()
    if e is None:
        return XDP_PASS
    e.t = bpf_ktime_get_ns()
    e.cpu = bpf_get_smp_processor_id()
    e.kind = 1
    if e.cpu > 100:
        events.discard(e)
        return XDP_DROP
    events.submit(e)
    ev = Event(t=1, cpu=2, kind=3)
    perf.output(ctx, ev)
    events.output(ev)
    queue.push(ev)
    x = queue.pop()
    if x is not None:
        hits[x.cpu] += 1
    stack.push(7)
    y = stack.pop()
    if y is not None:
        hits[y.value] += 1
    bloom.push(3)
    if bloom.peek(3) == 0:
        hits[99] += 1
    jumps.tail_call(ctx, 1)
    return XDP_PASS
@xdp
def b(ctx: xdp_md) -> int:
    return s32(devs.redirect(ctx.rx_queue_index & 3, 0))
