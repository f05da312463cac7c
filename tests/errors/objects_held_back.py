"""Maps with objects of the kernel in their values that the verifier keeps from some programs, where each uses them."""

from pybpfc import (
    HashMap,
    LruHashMap,
    Struct,
    __sk_buff,
    bpf_perf_event_data,
    bpf_raw_tracepoint_args,
    bpf_res_spin_lock,
    bpf_spin_lock,
    bpf_timer,
    data,
    fentry,
    kprobe,
    perf_event,
    pt_regs,
    raw_tracepoint,
    socket,
    subprog,
    tc,
    tracepoint,
    u32,
    u64,
)
from pybpfc.vmlinux import trace_event_raw_sched_switch

LICENSE = "GPL"


class Guarded(Struct):
    lock: bpf_spin_lock
    hits: u64


class Resilient(Struct):
    lock: bpf_res_spin_lock
    hits: u64


class Timed(Struct):
    hits: u64
    timer: bpf_timer


class Deep(Struct):
    inner: Guarded


guarded = HashMap[u32, Guarded](max_entries=16)
resilient = HashMap[u32, Resilient](max_entries=16)
timed = LruHashMap[u32, Timed](max_entries=16)
deep = HashMap[u32, Deep](max_entries=16)
alone: Guarded = data(0)


@kprobe("do_unlinkat")
def probe(ctx: pt_regs) -> int:
    found = guarded.lookup(0)
    if found is not None:
        found.hits += 1
    again = guarded.lookup(1)
    return 0 if again is None else 1


@subprog
def count() -> int:
    found = resilient.lookup(0)
    if found is not None:
        found.hits += 1
    return 0


@raw_tracepoint("sched_switch")
def switch(ctx: bpf_raw_tracepoint_args) -> int:
    return count()


@tracepoint("sched", "sched_switch")
def event(ctx: trace_event_raw_sched_switch) -> int:
    found = deep.lookup(0)
    return 0 if found is None else 1


@perf_event
def sample(ctx: bpf_perf_event_data) -> int:
    alone.hits += 1
    return 0


@perf_event
def later(ctx: bpf_perf_event_data) -> int:
    found = timed.lookup(0)
    return 0 if found is None else 1


@socket
def filtered(skb: __sk_buff) -> int:
    found = guarded.lookup(0)
    again = timed.lookup(0)
    return 0 if found is None or again is None else 1


@tc
def classified(skb: __sk_buff) -> int:
    found = guarded.lookup(0)
    return 0 if found is None else 1


@fentry("do_unlinkat")
def entered() -> int:
    found = guarded.lookup(0)
    if found is not None:
        found.hits += 1
    return 0
