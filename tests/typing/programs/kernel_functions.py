"""Kernel functions are typed by the stubs, and what may be None must be tested."""

from __future__ import annotations

from pybpfc import Struct, data, kfunc_exists, s32, syscall
from pybpfc.kfuncs import (
    bpf_cpumask_create,
    bpf_cpumask_release,
    bpf_rcu_read_lock,
    bpf_task_from_pid,
    bpf_task_release,
)

LICENSE = "GPL"
parent: s32 = data(0)


class Request(Struct):
    pid: s32


@syscall
def ask(request: Request) -> int:
    global parent
    task = bpf_task_from_pid(request.pid)
    if task is None:
        return 1
    with bpf_rcu_read_lock():
        parent = task.real_parent.tgid
    bpf_task_release(task)
    if kfunc_exists(bpf_cpumask_create):
        mask = bpf_cpumask_create()
        if mask is not None:
            bpf_cpumask_release(mask)
    return 0
