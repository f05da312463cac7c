"""A list in a variable of the program, beside one with another lock."""

from pybpfc import Struct, bpf_list_head, bpf_list_node, bpf_spin_lock, data, s32, syscall, u32, u64
from pybpfc.kfuncs import bpf_list_pop_front, bpf_list_push_back, bpf_obj_drop, bpf_obj_new

LICENSE = "GPL"


class Request(Struct):
    number: u64


class Job(Struct):
    number: u64
    link: bpf_list_node


class Queue(Struct):
    lock: bpf_spin_lock
    length: u32
    jobs: bpf_list_head[Job]


waiting: Queue = data(0)
done: Queue = data(Queue.zero(length=5))
runs: u32 = data(0)


@syscall
def push(request: Request) -> int:
    global runs
    job = bpf_obj_new(Job)
    if job is None:
        return -1
    runs += 1
    job.number = request.number
    with bpf_spin_lock(waiting.lock):
        bpf_list_push_back(waiting.jobs, job)
        waiting.length += 1
    return 0


@syscall
def work(request: Request) -> int:
    with bpf_spin_lock(waiting.lock):
        job = bpf_list_pop_front(waiting.jobs)
    if job is None:
        return -1
    number = job.number
    with bpf_spin_lock(done.lock):
        bpf_list_push_back(done.jobs, job)
        done.length += 1
    return s32(number)
