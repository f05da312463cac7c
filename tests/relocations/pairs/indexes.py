"""Elements of arrays in kernel structs, of numbers, pointers and structs, by constant and by variable indexes."""
from __future__ import annotations

from typing import Annotated

from pybpfc import Array, KernelStruct, Ptr, Str, bpf_raw_tracepoint_args, cast, core_read, data, field_exists, field_size, raw_tracepoint, s32, u16, u32, u64, u8
from pybpfc.helpers import bpf_get_current_task, bpf_get_current_task_btf

LICENSE = "GPL"
number: u64 = data(0)


class rlimit(KernelStruct):
    rlim_cur: u64
    rlim_max: u64


class upid(KernelStruct):
    nr: s32
    ns: Ptr[u8]


class pid(KernelStruct):
    level: u32
    numbers: Annotated[Array[upid], 0]


class signal_struct(KernelStruct):
    nr_threads: s32
    pids: Annotated[Array[Ptr[pid]], 4]
    rlim: Annotated[Array[rlimit], 16]


class sched_statistics(KernelStruct):
    wait_start: u64
    wait_max: u64


class cell(KernelStruct):
    tags: Annotated[Array[u16], 4]
    stats: Annotated[Array[sched_statistics], 2]


class grid(KernelStruct):
    rows: Annotated[Array[u32], 8]
    cells: Annotated[Array[cell], 3]
    others: Annotated[Array[Ptr[cell]], 3]
    blocks: Annotated[Array[Annotated[Array[sched_statistics], 3]], 2]
    layers: Annotated[Array[Annotated[Array[Annotated[Array[u32], 5]], 3]], 2]
    storeys: Annotated[Array[Annotated[Array[Annotated[Array[sched_statistics], 5]], 3]], 2]


class task_struct(KernelStruct):
    comm: Annotated[Str, 16]
    group_leader: Ptr[task_struct]
    signal: Ptr[signal_struct]


@raw_tracepoint("sys_enter")
def letters(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = u64(core_read(task.comm[number & 15]))
    return 0


@raw_tracepoint("sys_enter")
def structs(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = core_read(task.signal.rlim[number & 15].rlim_max)
    return 0


@raw_tracepoint("sys_enter")
def pointers(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = u64(core_read(task.signal.pids[number & 3].level))
    return 0


@raw_tracepoint("sys_enter")
def several_hops(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = u64(core_read(task.group_leader.signal.pids[number & 3].numbers[0].nr))
    return 0


@raw_tracepoint("sys_enter")
def trusted(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task_btf()
    number = core_read(task.signal.rlim[number & 15].rlim_cur)
    return 0


@raw_tracepoint("sys_enter")
def constant_structs(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = core_read(task.signal.rlim[7].rlim_max)
    return 0


@raw_tracepoint("sys_enter")
def loaded_structs(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task_btf()
    number = task.signal.rlim[7].rlim_max
    return 0


@raw_tracepoint("sys_enter")
def loaded_pointers(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task_btf()
    number = u64(task.group_leader.signal.pids[1].level)
    return 0


@raw_tracepoint("sys_enter")
def array_in_array(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(grid, bpf_get_current_task())
    number = core_read(it.cells[2].stats[1].wait_max) + u64(core_read(it.cells[1].tags[3]))
    return 0


@raw_tracepoint("sys_enter")
def array_behind_array(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(grid, bpf_get_current_task())
    number = core_read(it.others[2].stats[1].wait_max)
    return 0


@raw_tracepoint("sys_enter")
def inner_index(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(grid, bpf_get_current_task())
    number = u64(core_read(it.cells[2].tags[number & 3]))
    return 0


@raw_tracepoint("sys_enter")
def outer_index(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(grid, bpf_get_current_task())
    number = core_read(it.cells[number & 1].stats[1].wait_max)
    return 0


@raw_tracepoint("sys_enter")
def two_indexes(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(grid, bpf_get_current_task())
    number = core_read(it.cells[number & 1].stats[number & 1].wait_max)
    return 0


@raw_tracepoint("sys_enter")
def index_of_a_row(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(grid, bpf_get_current_task())
    number = core_read(it.blocks[number & 1][2].wait_max)
    return 0


@raw_tracepoint("sys_enter")
def index_in_a_row(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(grid, bpf_get_current_task())
    number = core_read(it.blocks[1][number & 1].wait_max)
    return 0


@raw_tracepoint("sys_enter")
def constant_between(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(grid, bpf_get_current_task())
    number = u64(core_read(it.layers[number & 1][2][number & 3]))
    return 0


@raw_tracepoint("sys_enter")
def constants_behind(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(grid, bpf_get_current_task())
    number = u64(core_read(it.layers[number & 1][2][4]))
    return 0


@raw_tracepoint("sys_enter")
def structs_between(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(grid, bpf_get_current_task())
    number = core_read(it.storeys[number & 1][2][number & 3].wait_max)
    return 0


@raw_tracepoint("sys_enter")
def of_a_flexible_array(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(pid, bpf_get_current_task())
    number = u64(core_read(it.numbers[core_read(it.level)].nr))
    return 0


@raw_tracepoint("sys_enter")
def of_a_loop(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(grid, bpf_get_current_task())
    for index in range(8):
        number += u64(core_read(it.rows[index]))
    return 0


@raw_tracepoint("sys_enter")
def facts(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(grid, bpf_get_current_task())
    number = (u64(field_size(it.rows)) + u64(field_size(it.cells)) + u64(field_size(task_struct.comm))
              + u64(field_exists(it.cells[1].stats[1].wait_max)))
    return 0
