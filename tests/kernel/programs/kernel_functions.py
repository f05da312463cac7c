"""Kernel functions: acquired and released, trusted arguments, buffers, text, one that may be missing."""

from __future__ import annotations

from typing import Annotated

from pybpfc import Str, Struct, data, inline, kfunc_exists, s32, syscall, u32, u64
from pybpfc.kfuncs import (
    bpf_copy_from_user_str,
    bpf_cpumask_create,
    bpf_cpumask_release,
    bpf_cpumask_set_cpu,
    bpf_cpumask_test_cpu,
    bpf_cpumask_weight,
    bpf_rcu_read_lock,
    bpf_rcu_read_unlock,
    bpf_task_acquire,
    bpf_task_from_pid,
    bpf_task_release,
)
from pybpfc.vmlinux import task_struct

LICENSE = "GPL"


class Request(Struct):
    pid: s32
    address: u64


class Answer(Struct):
    tgid: s32
    parent: s32
    weight: u32
    second: u32
    length: s32
    text: Annotated[Str, 16]


answer: Answer = data(0)


@inline
def parent_of(task: task_struct) -> s32:
    parent = bpf_task_acquire(task.real_parent)
    if parent is None:
        return 0
    pid = parent.tgid
    bpf_task_release(parent)
    return pid


@syscall
def ask(request: Request) -> int:
    task = bpf_task_from_pid(request.pid)
    if task is None:
        return 1
    answer.tgid = task.tgid
    bpf_rcu_read_lock()
    answer.parent = parent_of(task)
    bpf_rcu_read_unlock()
    bpf_task_release(task)

    mask = bpf_cpumask_create()
    if mask is None:
        return 2
    bpf_cpumask_set_cpu(0, mask)
    bpf_cpumask_set_cpu(1, mask)
    if kfunc_exists(bpf_cpumask_weight):
        answer.weight = bpf_cpumask_weight(mask)
    answer.second = u32(bpf_cpumask_test_cpu(1, mask)) + 10 * u32(bpf_cpumask_test_cpu(2, mask))
    bpf_cpumask_release(mask)

    if kfunc_exists(bpf_copy_from_user_str):
        answer.length = bpf_copy_from_user_str(answer.text, request.address, 0)
    return 0
