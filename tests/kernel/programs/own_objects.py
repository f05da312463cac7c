"""Objects of the program's own: in a list, in a tree, in a field of a map value, with several owners."""

from __future__ import annotations

from pybpfc import (
    ArrayMap,
    Struct,
    bpf_list_head,
    bpf_list_node,
    bpf_rb_node,
    bpf_rb_root,
    bpf_refcount,
    bpf_spin_lock,
    callback,
    kptr,
    s32,
    syscall,
    u32,
    u64,
)
from pybpfc.helpers import bpf_kptr_xchg
from pybpfc.kfuncs import (
    bpf_list_pop_back,
    bpf_list_pop_front,
    bpf_list_push_back,
    bpf_list_push_front,
    bpf_obj_drop,
    bpf_obj_new,
    bpf_rbtree_add,
    bpf_rbtree_first,
    bpf_rbtree_remove,
    bpf_refcount_acquire,
)

LICENSE = "GPL"


class Request(Struct):
    number: u64


class Job(Struct):
    number: u64
    size: u32
    tries: u32
    link: bpf_list_node


class Queue(Struct):
    lock: bpf_spin_lock
    length: u32
    jobs: bpf_list_head[Job]


class Timed(Struct):
    deadline: u64
    by_deadline: bpf_rb_node
    owners: bpf_refcount
    in_order: bpf_list_node


class Agenda(Struct):
    lock: bpf_spin_lock
    root: bpf_rb_root[Timed]
    arrivals: bpf_list_head[Timed]


class Kept(Struct):
    job: kptr[Job]


queues = ArrayMap[Queue](max_entries=1)
agendas = ArrayMap[Agenda](max_entries=1)
kept = ArrayMap[Kept](max_entries=1)


@syscall
def alone(request: Request) -> int:
    """An object that lives as long as the run: its fields begin as 0."""
    job = bpf_obj_new(Job)
    if job is None:
        return -1
    before = job.number + job.size
    job.size = 3
    job.tries = 4
    job.number = request.number + job.size * job.tries
    after = job.number
    bpf_obj_drop(job)
    return s32(after - before)


@syscall
def push(request: Request) -> int:
    queue = queues.lookup(0)
    if queue is None:
        return -1
    job = bpf_obj_new(Job)
    if job is None:
        return -2
    job.number = request.number
    with bpf_spin_lock(queue.lock):
        if request.number & 1:
            bpf_list_push_front(queue.jobs, job)
        else:
            bpf_list_push_back(queue.jobs, job)
        job.tries = 1
        queue.length += 1
    return 0


@syscall
def pop(request: Request) -> int:
    queue = queues.lookup(0)
    if queue is None:
        return -1
    with bpf_spin_lock(queue.lock):
        job = bpf_list_pop_front(queue.jobs) if request.number == 0 else bpf_list_pop_back(queue.jobs)
    if job is None:
        return -2
    number = job.number * 10 + job.tries
    bpf_obj_drop(job)
    return s32(number)


@callback
def earlier(a: Timed, b: Timed) -> bool:
    return a.deadline < b.deadline


@syscall
def plan(request: Request) -> int:
    """One object with two owners: the tree, and the list of arrivals."""
    agenda = agendas.lookup(0)
    if agenda is None:
        return -1
    timed = bpf_obj_new(Timed)
    if timed is None:
        return -2
    timed.deadline = request.number
    other = bpf_refcount_acquire(timed)
    if other is None:
        bpf_obj_drop(timed)
        return -3
    with bpf_spin_lock(agenda.lock):
        bpf_rbtree_add(agenda.root, timed, earlier)
        bpf_list_push_back(agenda.arrivals, other)
    return 0


@syscall
def next_deadline(request: Request) -> int:
    agenda = agendas.lookup(0)
    if agenda is None:
        return -1
    deadline: u64 = 0
    with bpf_spin_lock(agenda.lock):
        first = bpf_rbtree_first(agenda.root)
        if first is not None:
            deadline = first.deadline
    return s32(deadline)


@syscall
def finish(request: Request) -> int:
    agenda = agendas.lookup(0)
    if agenda is None:
        return -1
    with bpf_spin_lock(agenda.lock):
        first = bpf_rbtree_first(agenda.root)
        timed = bpf_rbtree_remove(agenda.root, first) if first is not None else None
    if timed is None:
        return -2
    deadline = timed.deadline
    bpf_obj_drop(timed)
    return s32(deadline)


@syscall
def oldest(request: Request) -> int:
    agenda = agendas.lookup(0)
    if agenda is None:
        return -1
    with bpf_spin_lock(agenda.lock):
        timed = bpf_list_pop_front(agenda.arrivals)
    if timed is None:
        return -2
    deadline = timed.deadline
    bpf_obj_drop(timed)
    return s32(deadline)


@syscall
def keep(request: Request) -> int:
    """Returns the number of the job that was kept before."""
    slot = kept.lookup(0)
    job = bpf_obj_new(Job)
    if job is None:
        return -1
    if slot is None:
        bpf_obj_drop(job)
        return -2
    job.number = request.number
    old = bpf_kptr_xchg(slot.job, job)
    if old is None:
        return 0
    number = old.number
    bpf_obj_drop(old)
    return s32(number)
