"""What no kernel has: fields, a type, an enumerator. Guarded, a program loads and takes the other branch."""
from __future__ import annotations

from enum import IntEnum

from pybpfc import KernelStruct, Ptr, bpf_raw_tracepoint_args, cast, core_read, data, enum_value, enum_value_exists, field_exists, field_size, raw_tracepoint, rodata, s32, type_exists, type_size, u32, u64
from pybpfc.helpers import bpf_get_current_pid_tgid, bpf_get_current_task, bpf_get_current_task_btf

LICENSE = "GPL"
only: u32 = rodata(0)
field: u64 = data(0)
loaded: u64 = data(0)
of_type: u64 = data(0)
of_chain: u64 = data(0)
facts: u64 = data(0)


class pid_type___local(IntEnum):
    PIDTYPE_TGID = 77                              # 1 in the kernel
    PIDTYPE_THAT_NEVER_WAS = 78


class mm_struct(KernelStruct):
    total_vm_that_never_was: u64
    total_vm: u64


class task_struct(KernelStruct):
    tgid: s32
    mm: Ptr[mm_struct]
    tgid_that_never_was: u64
    real_parent: Ptr[task_struct]


class struct_that_never_was(KernelStruct):
    member: u32


@raw_tracepoint("sys_enter")
def missing_field(ctx: bpf_raw_tracepoint_args) -> int:
    global field
    task = bpf_get_current_task()
    field = core_read(task.tgid_that_never_was)
    return 0


@raw_tracepoint("sys_enter")
def missing_field_of_chain(ctx: bpf_raw_tracepoint_args) -> int:
    global of_chain
    task = bpf_get_current_task()
    of_chain = core_read(task.real_parent.mm.total_vm_that_never_was)
    return 0


@raw_tracepoint("sys_enter")
def missing_field_loaded(ctx: bpf_raw_tracepoint_args) -> int:
    global loaded
    task = bpf_get_current_task_btf()
    loaded = task.tgid_that_never_was
    return 0


@raw_tracepoint("sys_enter")
def missing_type(ctx: bpf_raw_tracepoint_args) -> int:
    global of_type
    it = cast(struct_that_never_was, bpf_get_current_task())
    of_type = u64(core_read(it.member))
    return 0


@raw_tracepoint("sys_enter")
def missing_enumerator(ctx: bpf_raw_tracepoint_args) -> int:
    global facts
    facts = enum_value(pid_type___local.PIDTYPE_THAT_NEVER_WAS)
    return 0


@raw_tracepoint("sys_enter")
def guarded(ctx: bpf_raw_tracepoint_args) -> int:
    global field, loaded, of_type, of_chain, facts
    if only and u32(bpf_get_current_pid_tgid() >> 32) != only:
        return 0
    task = bpf_get_current_task()
    if field_exists(task.tgid_that_never_was):
        field = core_read(task.tgid_that_never_was)
    else:
        field = u64(u32(core_read(task.tgid)))
    trusted = bpf_get_current_task_btf()
    if field_exists(trusted.tgid_that_never_was):
        loaded = trusted.tgid_that_never_was
    else:
        loaded = u64(u32(trusted.tgid))
    if type_exists(struct_that_never_was):
        it = cast(struct_that_never_was, bpf_get_current_task())
        of_type = u64(core_read(it.member))
    else:
        of_type = 7
    mm = core_read(task.mm)
    if mm is not None:
        if field_exists(mm.total_vm_that_never_was):
            of_chain = core_read(mm.total_vm_that_never_was)
        else:
            of_chain = core_read(mm.total_vm)
    if enum_value_exists(pid_type___local.PIDTYPE_THAT_NEVER_WAS):
        facts = enum_value(pid_type___local.PIDTYPE_THAT_NEVER_WAS)
    else:
        facts = enum_value(pid_type___local.PIDTYPE_TGID)
    facts += u64(type_size(struct_that_never_was)) + (u64(enum_value_exists(pid_type___local.PIDTYPE_TGID)) << 8)
    return 0
