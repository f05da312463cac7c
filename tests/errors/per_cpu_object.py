"""An object with a copy for each CPU is reached through one of them, and kept in a field of its kind."""

from pybpfc import ArrayMap, Struct, kptr, percpu_kptr, syscall, u64
from pybpfc.helpers import bpf_kptr_xchg, bpf_this_cpu_ptr
from pybpfc.kfuncs import bpf_obj_drop, bpf_obj_new, bpf_percpu_obj_new

LICENSE = "GPL"


class Request(Struct):
    number: u64


class Counters(Struct):
    runs: u64


class Slot(Struct):
    one: kptr[Counters]
    each: percpu_kptr[Counters]


slots = ArrayMap[Slot](max_entries=1)


@syscall
def prog(request: Request) -> int:
    slot = slots.lookup(0)
    if slot is None:
        return 1
    counters = bpf_percpu_obj_new(Counters)
    if counters is None:
        return 2
    counters.runs += 1
    bpf_kptr_xchg(slot.one, counters)
    bpf_obj_drop(counters)
    return 0


@syscall
def plain(request: Request) -> int:
    counters = bpf_obj_new(Counters)
    if counters is None:
        return 1
    bpf_this_cpu_ptr(counters).runs += 1
    bpf_obj_drop(counters)
    return 0
