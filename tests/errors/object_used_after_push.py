"""A pushed object belongs to the list, and may be looked at until the lock is given back."""

from pybpfc import ArrayMap, Struct, bpf_list_head, bpf_list_node, bpf_spin_lock, syscall, u64
from pybpfc.kfuncs import bpf_list_push_back, bpf_obj_new

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
    queue = queues.lookup(0)
    if queue is None:
        return 1
    job = bpf_obj_new(Job)
    if job is None:
        return 2
    with bpf_spin_lock(queue.lock):
        bpf_list_push_back(queue.jobs, job)
        job.number = request.number
    job.number += 1
    return 0
