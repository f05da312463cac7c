"""Several versions of structs, unions and typedefs: in chains, embedded, behind trusted pointers."""
from __future__ import annotations

from pybpfc import KernelStruct, Ptr, bpf_raw_tracepoint_args, cast, core_read, data, field_exists, field_size, raw_tracepoint, s32, s64, type_exists, type_id_kernel, type_id_local, type_matches, type_size, u32, u64
from pybpfc.helpers import bpf_get_current_task, bpf_get_current_task_btf

LICENSE = "GPL"
number: u64 = data(0)


class atomic_t___plain(KernelStruct, typedef=True):
    counter: s32


class either___new(KernelStruct, union=True):
    narrow: u32
    wide: u64


class count(KernelStruct):
    mm_count: atomic_t___plain


class mm_struct___counted(KernelStruct):
    mm_users: atomic_t___plain
    _anonymous_count: count
    total_vm: u64


class task_struct___old(KernelStruct):
    state: s64
    mm: Ptr[mm_struct___counted]
    real_parent: Ptr[task_struct___old]
    either: either___new


class task_struct___new(KernelStruct):
    __state: u32
    group_leader: Ptr[task_struct___old]
    embedded: mm_struct___counted


class task_struct(KernelStruct):
    tgid: s32
    real_parent: Ptr[task_struct___new]


@raw_tracepoint("sys_enter")
def chain_of_flavours(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = cast(task_struct___old, bpf_get_current_task())
    number = u64(core_read(task.real_parent.mm.mm_users.counter)) + u64(core_read(task.mm.mm_count.counter))
    return 0


@raw_tracepoint("sys_enter")
def from_one_to_another(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = core_read(task.real_parent.group_leader.mm.total_vm)
    return 0


@raw_tracepoint("sys_enter")
def trusted(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task_btf()
    new = cast(task_struct___new, task)
    if field_exists(new.__state):
        number = u64(new.__state)
    else:
        number = u64(cast(task_struct___old, task).state)
    return 0


@raw_tracepoint("sys_enter")
def embedded(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    new = cast(task_struct___new, bpf_get_current_task())
    number = u64(core_read(new.embedded.mm_count.counter)) + u64(field_size(new.embedded.mm_users))
    return 0


@raw_tracepoint("sys_enter")
def unions(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    old = cast(task_struct___old, bpf_get_current_task())
    number = u64(core_read(old.either.narrow)) + core_read(cast(either___new, old).wide)
    return 0


@raw_tracepoint("sys_enter")
def types(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    number = (u64(type_exists(task_struct___old)) + u64(type_exists(either___new)) + u64(type_size(atomic_t___plain))
              + u64(type_matches(mm_struct___counted)) + u64(type_id_kernel(mm_struct___counted))
              + u64(type_id_local(either___new)))
    return 0
