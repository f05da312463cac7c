"""The map classes and intrinsics as their documentation uses them."""
from typing import Annotated

from pybpfc import (
    BPF_ANY,
    XDP_PASS,
    Array,
    ArrayMap,
    BloomFilter,
    DevMap,
    HashMap,
    HashOfMaps,
    LruHashMap,
    PerCpuHashMap,
    PerfEventArray,
    ProgArray,
    Queue,
    RingBuf,
    SkStorage,
    StackTrace,
    Str,
    Struct,
    TaskStorage,
    atomic_add,
    atomic_cmpxchg,
    be16,
    bpf_spin_lock,
    copy,
    from_bits,
    offsetof,
    sizeof,
    to_bits,
    u8,
    u16,
    u32,
    u64,
    unrolled,
    xdp,
    xdp_md,
)
from pybpfc.helpers import bpf_fib_lookup, bpf_get_current_task_btf, bpf_loop, bpf_printk, bpf_redirect
from pybpfc.net import ethhdr, iphdr, ntohs
from pybpfc.uapi import bpf_fib_lookup as fib_lookup


class Flow(Struct):
    name: Annotated[Str, 16]
    mac: Annotated[Array[u8], 6]
    count: u64


class Bucket(Struct):
    lock: bpf_spin_lock
    count: u64


counts = HashMap[u32, u64](max_entries=16)
flows = LruHashMap[u32, Flow](max_entries=16)
per_cpu = PerCpuHashMap[u32, u64](max_entries=16)
flags = ArrayMap[bool](max_entries=4)
buckets = HashMap[u32, Bucket](max_entries=16)
inner = HashOfMaps[u32, ArrayMap[u64]](max_entries=4, inner=ArrayMap[u64](max_entries=1))
samples = PerfEventArray[Flow]()
numbers = RingBuf[u64](max_entries=4096)
waiting = Queue[Flow](max_entries=8)
seen = BloomFilter[u32](max_entries=64)
stacks = StackTrace(max_entries=64, depth=32)
devices = DevMap(max_entries=8)
sockets = SkStorage[Flow]()
tasks = TaskStorage[u64]()
table = ProgArray[xdp_md](max_entries=4)


@xdp
def program(ctx: xdp_md) -> int:
    counts[1] = 2
    counts[1] += 1
    counts[1] -= 1
    del counts[1]
    if 1 in counts and counts.get(1, 0) > 2:
        counts.update(1, 2, BPF_ANY)
    bucket = buckets.lookup(1)
    if bucket is not None:
        with bpf_spin_lock(bucket.lock):
            bucket.count += 1
    flow = flows.lookup(1)
    if flow is not None:
        atomic_add(flow.count, 1)
        atomic_cmpxchg(flow.count, 1, 2)
        other = copy(flow)
        other.mac = b"\0\0\0\0\0\0"
        samples.output(ctx, other)
        waiting.push(other)
        print(other.mac[0], len(other.mac), other.name == "x")
    flag = flags.lookup(0)
    if flag is not None and flag.value:
        flag.value = False
    chosen = inner.lookup(0)
    if chosen is not None:
        element = chosen.lookup(0)
        if element is not None:
            element.value += 1
    number = numbers.reserve()
    if number is not None:
        number.value = 3
        numbers.submit(number)
    taken = waiting.pop()
    if taken is not None:
        bpf_printk("taken")
    if seen.peek(3) == 0:
        seen.push(3)
    stored = tasks.get(bpf_get_current_task_btf(), create=True)
    if stored is not None:
        stored.value += 1
    for i in unrolled(range(4)):
        print(i)
    port = ctx.cursor().pull(be16)
    if port is not None and ntohs(port.value) == 80:
        return devices.redirect(0)
    header = iphdr.at(ctx.data + sizeof(ethhdr))
    if ctx.data + sizeof(ethhdr) + sizeof(iphdr) > ctx.data_end:
        return XDP_PASS
    swapped: be16 = from_bits(be16, u16(to_bits(header.tot_len)))
    question = fib_lookup.zero(family=2, tot_len=swapped)
    if bpf_fib_lookup(ctx, question) == offsetof(fib_lookup, "ifindex"):
        return bpf_redirect(question.ifindex)
    table.tail_call(ctx, 1)
    bpf_loop(4, step, flow)
    return stacks.get_stackid(ctx)


def step(index: u32, context: Flow | None) -> int:
    return 0
