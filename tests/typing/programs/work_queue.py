"""A work queue: its callback runs later, and may sleep."""
from pybpfc import ArrayMap, Ptr, Struct, bpf_wq, callback, syscall, u32, u64
from pybpfc.kfuncs import bpf_wq_init, bpf_wq_set_callback, bpf_wq_start

LICENSE = "GPL"


class Request(Struct):
    number: u64


class Work(Struct):
    work: bpf_wq
    done: u64


works = ArrayMap[Work](max_entries=1)


@callback
def work(map: ArrayMap[Work], key: Ptr[u32], value: Work) -> int:
    value.done += 1
    return 0


@syscall
def queue(request: Request) -> int:
    value = works.lookup(0)
    if value is None or bpf_wq_init(value.work, works, 0):
        return 1
    if bpf_wq_set_callback(value.work, work, 0):
        return 2
    return bpf_wq_start(value.work, 0)
