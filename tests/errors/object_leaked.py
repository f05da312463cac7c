"""An object of the program is dropped or handed on, on every path."""

from pybpfc import ArrayMap, Struct, bpf_list_head, bpf_list_node, bpf_spin_lock, syscall, u64
from pybpfc.kfuncs import bpf_obj_drop, bpf_obj_new

LICENSE = "GPL"


class Request(Struct):
    number: u64


class Job(Struct):
    number: u64
    link: bpf_list_node


class Queue(Struct):
    lock: bpf_spin_lock
    jobs: bpf_list_head[Job]


queues = ArrayMap[Queue](max_entries=1)


@syscall
def prog(request: Request) -> int:
    job = bpf_obj_new(Job)
    if job is None:
        return 1
    if request.number == 7:
        return 2
    bpf_obj_drop(job)
    return 0
