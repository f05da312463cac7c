"""Locks whose taking may fail, in map values and in a variable, and sections without interrupts."""

from pybpfc import (
    ArrayMap,
    IrqFlags,
    Struct,
    bpf_list_head,
    bpf_list_node,
    bpf_local_irq_save,
    bpf_preempt_disable,
    bpf_res_spin_lock,
    data,
    s32,
    syscall,
    u32,
    u64,
)
from pybpfc.kfuncs import (
    bpf_list_pop_front,
    bpf_list_push_back,
    bpf_local_irq_restore,
    bpf_obj_drop,
    bpf_obj_new,
    bpf_res_spin_lock_irqsave,
    bpf_res_spin_unlock,
    bpf_res_spin_unlock_irqrestore,
)

LICENSE = "GPL"


class Request(Struct):
    number: u64


class Job(Struct):
    number: u64
    link: bpf_list_node


class Queue(Struct):
    lock: bpf_res_spin_lock
    length: u32
    jobs: bpf_list_head[Job]


class Cell(Struct):
    lock: bpf_res_spin_lock
    runs: u32


queues = ArrayMap[Queue](max_entries=1)
cell: Cell = data(0)


@syscall
def push(request: Request) -> int:
    queue = queues.lookup(0)
    if queue is None:
        return 1
    job = bpf_obj_new(Job)
    if job is None:
        return 2
    job.number = request.number
    if bpf_res_spin_lock(queue.lock):
        bpf_obj_drop(job)
        return 3
    bpf_list_push_back(queue.jobs, job)
    queue.length += 1
    bpf_res_spin_unlock(queue.lock)
    return 0


@syscall
def pop(request: Request) -> int:
    queue = queues.lookup(0)
    if queue is None:
        return -1
    flags = IrqFlags()
    error = bpf_res_spin_lock_irqsave(queue.lock, flags)
    if error < 0:
        return error
    job = bpf_list_pop_front(queue.jobs)
    if job is not None:
        queue.length -= 1
    bpf_res_spin_unlock_irqrestore(queue.lock, flags)
    if job is None:
        return -2
    number = job.number
    bpf_obj_drop(job)
    return s32(number)


@syscall
def two(request: Request) -> int:
    """Two locks, the inner one in a variable."""
    queue = queues.lookup(0)
    if queue is None:
        return 1
    if bpf_res_spin_lock(queue.lock) != 0:
        return 2
    error = bpf_res_spin_lock(cell.lock)
    if error == 0:
        cell.runs += 1
        bpf_res_spin_unlock(cell.lock)
    bpf_res_spin_unlock(queue.lock)
    return error


@syscall
def deadlock(request: Request) -> int:
    """A lock that is held is found in the map once more."""
    queue, again = queues.lookup(0), queues.lookup(0)
    if queue is None or again is None:
        return 1
    if bpf_res_spin_lock(queue.lock) != 0:
        return 2
    error = bpf_res_spin_lock(again.lock)
    if error == 0:
        bpf_res_spin_unlock(again.lock)
    bpf_res_spin_unlock(queue.lock)
    return error


@syscall
def quiet(request: Request) -> int:
    with bpf_local_irq_save(), bpf_preempt_disable(), bpf_local_irq_save():
        runs = cell.runs
    flags = IrqFlags()
    bpf_local_irq_save(flags)
    request.number += 1
    bpf_local_irq_restore(flags)
    return s32(runs + request.number)
