"""An object of the kernel kept in a map value from one program run to the next."""

from __future__ import annotations

from pybpfc import ArrayMap, Struct, bpf_rcu_read_lock, data, kptr, s32, syscall
from pybpfc.helpers import bpf_kptr_xchg
from pybpfc.kfuncs import bpf_task_acquire, bpf_task_from_pid, bpf_task_release
from pybpfc.vmlinux import task_struct

LICENSE = "GPL"


class Request(Struct):
    pid: s32


class Kept(Struct):
    task: kptr[task_struct]
    stores: s32


kept = ArrayMap[Kept](max_entries=1)
last: s32 = data(0)


@syscall
def keep(request: Request) -> int:
    """Returns the process that was kept before, 0 where there was none."""
    slot = kept.lookup(0)
    if slot is None:
        return -1
    task = bpf_task_from_pid(request.pid)
    if task is None:
        return -2
    slot.stores += 1
    old = bpf_kptr_xchg(slot.task, task)
    if old is None:
        return 0
    tgid = old.tgid
    bpf_task_release(old)
    return tgid


@syscall
def look(request: Request) -> int:
    """Returns the process that is kept, which stays there."""
    slot = kept.lookup(0)
    if slot is None:
        return -1
    with bpf_rcu_read_lock():
        task = slot.task
        if task is None:
            return 0
        return task.tgid


@syscall
def hold(request: Request) -> int:
    """A second reference to what is kept, taken while RCU protects it."""
    slot = kept.lookup(0)
    if slot is None:
        return -1
    with bpf_rcu_read_lock():
        found = slot.task
        task = bpf_task_acquire(found) if found is not None else None
    if task is None:
        return 0
    parent = task.real_parent.tgid
    bpf_task_release(task)
    return parent


@syscall
def forget(request: Request) -> int:
    slot = kept.lookup(0)
    if slot is None:
        return -1
    old = bpf_kptr_xchg(slot.task, None)
    if old is None:
        return 0
    tgid = old.tgid
    bpf_task_release(old)
    return tgid
