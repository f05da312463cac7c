"""What Linux 7 adds to lists: a place behind a node, taking a node out of the middle, and questions."""
from pybpfc import ArrayMap, Struct, bpf_list_head, bpf_list_node, bpf_spin_lock, s32, syscall, u64
from pybpfc.kfuncs import (
    bpf_list_add,
    bpf_list_back,
    bpf_list_del,
    bpf_list_empty,
    bpf_list_front,
    bpf_list_is_first,
    bpf_list_is_last,
    bpf_list_pop_front,
    bpf_list_push_back,
    bpf_list_push_front,
    bpf_obj_drop,
    bpf_obj_new,
)

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
def push(request: Request) -> int:
    queue = queues.lookup(0)
    job = bpf_obj_new(Job)
    if job is None:
        return 1
    job.number = request.number
    if queue is None:
        bpf_obj_drop(job)
        return 2
    with bpf_spin_lock(queue.lock):
        bpf_list_push_back(queue.jobs, job)
    return 0


@syscall
def insert(request: Request) -> int:
    """Behind the first."""
    queue = queues.lookup(0)
    job = bpf_obj_new(Job)
    if job is None:
        return 1
    job.number = request.number
    if queue is None:
        bpf_obj_drop(job)
        return 2
    with bpf_spin_lock(queue.lock):
        first = bpf_list_front(queue.jobs)
        if first is None:
            bpf_list_push_front(queue.jobs, job)
        else:
            bpf_list_add(queue.jobs, job, first)
    return 0


@syscall
def remove(request: Request) -> int:
    """The last."""
    queue = queues.lookup(0)
    if queue is None:
        return -1
    with bpf_spin_lock(queue.lock):
        last = bpf_list_back(queue.jobs)
        job = bpf_list_del(queue.jobs, last) if last is not None else None
    if job is None:
        return -2
    number = job.number
    bpf_obj_drop(job)
    return s32(number)


@syscall
def pop(request: Request) -> int:
    queue = queues.lookup(0)
    if queue is None:
        return -1
    with bpf_spin_lock(queue.lock):
        job = bpf_list_pop_front(queue.jobs)
    if job is None:
        return -2
    number = job.number
    bpf_obj_drop(job)
    return s32(number)


@syscall
def ask(request: Request) -> int:
    """1: the list is empty; 2: the first is first; 4: the first is last; 8: the last is last."""
    queue = queues.lookup(0)
    answer = s32(0)
    if queue is None:
        return -1
    with bpf_spin_lock(queue.lock):
        if bpf_list_empty(queue.jobs):
            answer |= 1
        first = bpf_list_front(queue.jobs)
        if first is not None:
            if bpf_list_is_first(queue.jobs, first):
                answer |= 2
            if bpf_list_is_last(queue.jobs, first):
                answer |= 4
        last = bpf_list_back(queue.jobs)
        if last is not None and bpf_list_is_last(queue.jobs, last):
            answer |= 8
    return answer
