"""Plain fields, embedded structs, chains, pointers to pointers, typedefs, arrays and flexible arrays."""
from __future__ import annotations

from typing import Annotated

from pybpfc import Array, KernelStruct, Ptr, Str, bpf_raw_tracepoint_args, core_read, data, raw_tracepoint, s32, u32, u64
from pybpfc.helpers import bpf_get_current_task

LICENSE = "GPL"
number: u64 = data(0)


class list_head(KernelStruct):
    next: Ptr[list_head]
    prev: Ptr[list_head]


class file(KernelStruct):
    f_flags: u32


class fdtable(KernelStruct):
    max_fds: u32
    fd: Ptr[Ptr[file]]
    open_fds: Ptr[u64]


class files_struct(KernelStruct):
    fdt: Ptr[fdtable]
    fd_array: Annotated[Array[Ptr[file]], 64]


class upid(KernelStruct):
    nr: s32


class pid(KernelStruct):
    level: u32
    numbers: Annotated[Array[upid], 0]


class mm_struct(KernelStruct):
    total_vm: u64


class sigset_t(KernelStruct):
    sig: Annotated[Array[u64], 1]


class task_struct(KernelStruct):
    comm: Annotated[Str, 16]
    tgid: s32
    real_parent: Ptr[task_struct]
    mm: Ptr[mm_struct]
    files: Ptr[files_struct]
    thread_pid: Ptr[pid]
    tasks: list_head
    blocked: sigset_t


@raw_tracepoint("sys_enter")
def plain(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = u64(core_read(task.tgid))
    return 0


@raw_tracepoint("sys_enter")
def nested(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = u64(core_read(task.tasks.prev))
    return 0


@raw_tracepoint("sys_enter")
def chain(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = core_read(task.real_parent.real_parent.mm.total_vm)
    return 0


@raw_tracepoint("sys_enter")
def pointer_to_pointer(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = u64(core_read(task.files.fdt.fd))
    return 0


@raw_tracepoint("sys_enter")
def pointer_to_number(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = u64(core_read(task.files.fdt.open_fds))
    return 0


@raw_tracepoint("sys_enter")
def constant_index(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = u64(core_read(task.comm[3])) + core_read(task.blocked.sig[0])
    return 0


@raw_tracepoint("sys_enter")
def array_of_pointers(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = u64(core_read(task.files.fd_array[2].f_flags))
    return 0


@raw_tracepoint("sys_enter")
def flexible_array(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = u64(u32(core_read(task.thread_pid.numbers[0].nr)))
    return 0
