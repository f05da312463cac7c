"""An object with a copy for each CPU, kept in a map value: counters that are there only once somebody counts."""

from pybpfc import ArrayMap, Struct, bpf_rcu_read_lock, percpu_kptr, s32, syscall, u32, u64
from pybpfc.helpers import bpf_get_smp_processor_id, bpf_kptr_xchg, bpf_per_cpu_ptr, bpf_this_cpu_ptr
from pybpfc.kfuncs import bpf_percpu_obj_drop, bpf_percpu_obj_new

LICENSE = "GPL"
MAX_CPUS = 1024


class Request(Struct):
    cpu: u32


class Counters(Struct):
    runs: u64
    cpu: u64


class Slot(Struct):
    counters: percpu_kptr[Counters]


slots = ArrayMap[Slot](max_entries=1)


@syscall
def begin(request: Request) -> int:
    """Returns 1 where counters had been there before. The kernel gives memory that was used before, as it was left."""
    slot = slots.lookup(0)
    if slot is None:
        return -1
    counters = bpf_percpu_obj_new(Counters)
    if counters is None:
        return -2
    replaced = 0
    old = bpf_kptr_xchg(slot.counters, counters)
    if old is not None:
        bpf_percpu_obj_drop(old)
        replaced = 1
    with bpf_rcu_read_lock():
        new = slot.counters
        if new is None:
            return -4
        for cpu in range(MAX_CPUS):
            copy: Counters | None = bpf_per_cpu_ptr(new, cpu)
            if copy is None:
                break
            copy.runs = 0
            copy.cpu = 0
    return replaced


@syscall
def count(request: Request) -> int:
    slot = slots.lookup(0)
    if slot is None:
        return -1
    with bpf_rcu_read_lock():
        counters = slot.counters
        if counters is None:
            return -2
        mine: Counters = bpf_this_cpu_ptr(counters)
        mine.runs += 1
        mine.cpu = bpf_get_smp_processor_id()
        return s32(mine.runs)


@syscall
def look(request: Request) -> int:
    slot = slots.lookup(0)
    if slot is None:
        return -1
    with bpf_rcu_read_lock():
        counters = slot.counters
        if counters is None:
            return -2
        copy: Counters | None = bpf_per_cpu_ptr(counters, request.cpu)
        if copy is None:
            return -3
        return s32(copy.runs * 1000 + copy.cpu)
