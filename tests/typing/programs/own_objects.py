"""Objects of the program's own: what comes off a list or out of a tree has the type that its head names."""
from __future__ import annotations

from typing import Annotated

from pybpfc import (
    ArrayMap,
    Struct,
    bpf_list_head,
    bpf_list_node,
    bpf_rb_node,
    bpf_rb_root,
    bpf_rcu_read_lock,
    bpf_refcount,
    bpf_spin_lock,
    callback,
    kptr,
    percpu_kptr,
    s32,
    syscall,
    u64,
)
from pybpfc.helpers import bpf_kptr_xchg, bpf_this_cpu_ptr
from pybpfc.kfuncs import (
    bpf_list_pop_front,
    bpf_list_push_back,
    bpf_obj_drop,
    bpf_obj_new,
    bpf_percpu_obj_drop,
    bpf_percpu_obj_new,
    bpf_rbtree_add,
    bpf_rbtree_first,
    bpf_rbtree_remove,
    bpf_refcount_acquire,
)

LICENSE = "GPL"


class Request(Struct):
    number: u64


class Counters(Struct):
    runs: u64


class Job(Struct):
    number: u64
    owners: bpf_refcount
    order: bpf_rb_node
    waiting: bpf_list_node
    done: bpf_list_node


class Office(Struct):
    lock: bpf_spin_lock
    root: bpf_rb_root[Job]
    waiting: Annotated[bpf_list_head[Job], "waiting"]
    done: Annotated[bpf_list_head[Job], "done"]


class Kept(Struct):
    job: kptr[Job]
    counters: percpu_kptr[Counters]


offices = ArrayMap[Office](max_entries=1)
kept = ArrayMap[Kept](max_entries=1)


@callback
def before(a: Job, b: Job) -> bool:
    return a.number < b.number


@syscall
def accept(request: Request) -> int:
    office = offices.lookup(0)
    if office is None:
        return 1
    job = bpf_obj_new(Job)
    if job is None:
        return 2
    job.number = request.number
    other = bpf_refcount_acquire(job)
    if other is None:
        bpf_obj_drop(job)
        return 3
    with bpf_spin_lock(office.lock):
        bpf_rbtree_add(office.root, job, before)
        bpf_list_push_back(office.waiting, other)
    return 0


@syscall
def work(request: Request) -> int:
    office = offices.lookup(0)
    if office is None:
        return 1
    with bpf_spin_lock(office.lock):
        job = bpf_list_pop_front(office.waiting)
        if job is not None:
            bpf_list_push_back(office.done, job)
        first = bpf_rbtree_first(office.root)
        taken = bpf_rbtree_remove(office.root, first) if first is not None else None
    if taken is None:
        return 2
    number = taken.number
    bpf_obj_drop(taken)
    return s32(number)


@syscall
def keep(request: Request) -> int:
    slot = kept.lookup(0)
    if slot is None:
        return 1
    counters = bpf_percpu_obj_new(Counters)
    if counters is None:
        return 2
    old = bpf_kptr_xchg(slot.counters, counters)
    if old is not None:
        bpf_percpu_obj_drop(old)
    with bpf_rcu_read_lock():
        now = slot.counters
        job = slot.job
        if now is None:
            return 3
        mine: Counters = bpf_this_cpu_ptr(now)
        mine.runs += 1
        return 0 if job is None else s32(job.number)
