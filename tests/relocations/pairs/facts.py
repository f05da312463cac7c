"""Facts about fields, types and enumerators of the target kernel, flavours among them."""
from __future__ import annotations

from enum import IntEnum
from typing import Annotated

from pybpfc import KernelStruct, Ptr, Str, bpf_raw_tracepoint_args, cast, core_read, data, enum_value, enum_value_exists, field_exists, field_size, raw_tracepoint, s32, s64, type_exists, type_id_kernel, type_id_local, type_matches, type_size, u64
from pybpfc.helpers import bpf_get_current_task
from pybpfc.vmlinux import pid_type

LICENSE = "GPL"
number: u64 = data(0)


class mm_struct(KernelStruct):
    total_vm: u64


class task_struct(KernelStruct):
    tgid: s32
    comm: Annotated[Str, 16]
    mm: Ptr[mm_struct]


class task_struct___old(KernelStruct):
    tgid: s32
    state: s64


class never_was(KernelStruct):
    x: s32


@raw_tracepoint("sys_enter")
def exists(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = u64(field_exists(task.comm)) + u64(field_exists(task.mm))
    return 0


@raw_tracepoint("sys_enter")
def size(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = u64(field_size(task.comm)) + u64(field_size(task.tgid))
    return 0


@raw_tracepoint("sys_enter")
def of_types(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    number = u64(field_exists(task_struct.comm)) + u64(field_size(task_struct.mm.total_vm))
    return 0


@raw_tracepoint("sys_enter")
def types(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    number = u64(type_exists(never_was)) + u64(type_size(task_struct)) + u64(type_matches(mm_struct))
    return 0


@raw_tracepoint("sys_enter")
def type_ids(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    number = u64(type_id_kernel(task_struct)) + u64(type_id_local(mm_struct))
    return 0


@raw_tracepoint("sys_enter")
def enumerators(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    number = u64(enum_value_exists(pid_type.PIDTYPE_PGID)) + enum_value(pid_type.PIDTYPE_TGID)
    return 0


@raw_tracepoint("sys_enter")
def flavour(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    old = cast(task_struct___old, task)
    if field_exists(old.state):
        number = u64(core_read(old.state))
    else:
        number = u64(core_read(task.tgid))
    return 0
