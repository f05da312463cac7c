"""Open-coded iterators of the kernel: tasks, areas of memory, control groups, bits, kernel caches; left in all ways."""

from __future__ import annotations

from typing import Annotated

from pybpfc import Array, Struct, bpf_for_each, bpf_rcu_read_lock, data, s32, syscall, u32, u64
from pybpfc.helpers import bpf_get_current_task_btf
from pybpfc.kfuncs import bpf_cgroup_from_id, bpf_cgroup_release
from pybpfc.vmlinux import BPF_CGROUP_ITER_DESCENDANTS_PRE, BPF_TASK_ITER_ALL_PROCS

LICENSE = "GPL"
SLOT_EMPTY = 99


class Request(Struct):
    pid: s32


class Answer(Struct):
    processes: u32
    found: u32
    areas: u32
    bytes: u64
    groups: u32
    bits: u32
    highest: s32
    first: s32
    caches: u32


words: Annotated[Array[u64], 2] = data(0)
answer: Answer = data(0)


@syscall
def ask(request: Request) -> int:
    words[0] = 0x12
    words[1] = 3
    with bpf_rcu_read_lock():
        for task in bpf_for_each("task", None, BPF_TASK_ITER_ALL_PROCS):
            answer.processes += 1
            if task.tgid == request.pid:
                answer.found = answer.processes
    for area in bpf_for_each("task_vma", bpf_get_current_task_btf(), 0):
        answer.areas += 1
        answer.bytes += area.vm_end - area.vm_start
    group = bpf_cgroup_from_id(1)
    if group is not None:
        with bpf_rcu_read_lock():
            for css in bpf_for_each("css", group.self, BPF_CGROUP_ITER_DESCENDANTS_PRE):
                answer.groups += 1
        bpf_cgroup_release(group)
    for bit in bpf_for_each("bits", words, 2):
        answer.bits += 1
        answer.highest = bit
    for cache in bpf_for_each("kmem_cache"):
        answer.caches += 1
    return 0


@syscall
def leave_early(request: Request) -> int:
    """Returns from a loop in a loop in a section, breaks, goes on, and has an `else`."""
    words[0] = 0x30
    for bit in bpf_for_each("bits", words, 1):
        if bit == 4:
            continue
        answer.first = bit
        break
    else:
        answer.first = -1
    for bit in bpf_for_each("bits", words, 1):
        answer.highest = bit
    else:
        answer.bits = SLOT_EMPTY
    with bpf_rcu_read_lock():
        for task in bpf_for_each("task", None, BPF_TASK_ITER_ALL_PROCS):
            for bit in bpf_for_each("bits", words, 1):
                if task.tgid == request.pid and bit == 5:
                    return bit
    return 0
