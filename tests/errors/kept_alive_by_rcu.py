"""What is read from an object of the kernel is kept alive by RCU alone, and not every function takes that."""

from pybpfc import (
    Struct, bpf_for_each, bpf_raw_tracepoint_args, bpf_rcu_read_lock, data, raw_tracepoint, subprog, syscall, u32,
)
from pybpfc.helpers import bpf_get_current_task_btf
from pybpfc.kfuncs import bpf_get_task_exe_file, bpf_put_file, bpf_task_acquire, bpf_task_release
from pybpfc.vmlinux import task_struct

LICENSE = "GPL"
count: u32 = data(0)


class Request(Struct):
    number: u32


@raw_tracepoint("sys_enter")
def threads(ctx: bpf_raw_tracepoint_args) -> int:
    global count
    for child in bpf_for_each("task", bpf_get_current_task_btf().real_parent, 1):
        count += 1
        for thread in bpf_for_each("task", child, 1):
            count += u32(thread.pid)
    return 0


@syscall
def outside(request: Request) -> int:
    parent = bpf_get_current_task_btf().real_parent
    held = bpf_task_acquire(parent)
    if held is not None:
        file = bpf_get_task_exe_file(held)
        if file is not None:
            bpf_put_file(file)
        bpf_task_release(held)
    return 0


@syscall
def inside(request: Request) -> int:
    global count
    with bpf_rcu_read_lock():
        held = bpf_task_acquire(bpf_get_current_task_btf().real_parent)
        if held is not None:
            for thread in bpf_for_each("task", held, 1):
                count += 1
            bpf_task_release(held)
    return 0


@subprog
def first_itself(task: task_struct) -> u32:
    found: u32 = 0
    for thread in bpf_for_each("task", task, 1):
        found += 1
    task = task.real_parent
    return found + u32(task.pid)


@raw_tracepoint("sys_enter")
def calls(ctx: bpf_raw_tracepoint_args) -> int:
    return 1 if first_itself(bpf_get_current_task_btf()) > 3 else 0
