"""Questions about one element of an array in a kernel struct."""
from __future__ import annotations

from typing import Annotated

from pybpfc import Array, KernelStruct, Ptr, Str, Struct, bpf_raw_tracepoint_args, cast, data, field_exists, field_size, raw_tracepoint, s32, s64, s8, u16, u32, u64, u8
from pybpfc.helpers import bpf_get_current_task

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
    pids: Annotated[Array[Ptr[pid]], 4]
    rlim: Annotated[Array[rlimit], 16]


class task_struct(KernelStruct):
    comm: Annotated[Str, 16]
    signal: Ptr[signal_struct]


class sched_statistics(KernelStruct):
    wait_start: u64
    wait_max: u64


class timespec(Struct):
    seconds: s64
    nanoseconds: s64


class cell(KernelStruct):
    tags: Annotated[Array[u16], 4]
    stats: Annotated[Array[sched_statistics], 2]


class numbers(KernelStruct):
    inside: Annotated[Array[s32], 4]


class grid(KernelStruct):
    rows: Annotated[Array[Annotated[Array[s8], 3]], 2]
    cells: Annotated[Array[cell], 3]
    blocks: Annotated[Array[Annotated[Array[sched_statistics], 3]], 2]
    times: Annotated[Array[timespec], 2]
    _anonymous_numbers: numbers


@raw_tracepoint("sys_enter")
def sizes(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = (u64(field_size(task.comm[1])) + u64(field_size(task.signal.rlim[7]))
              + u64(field_size(task.signal.pids[2])) + u64(field_size(task.signal.pids[1].numbers[0])))
    return 0


@raw_tracepoint("sys_enter")
def sizes_of_nested(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(grid, bpf_get_current_task())
    number = (u64(field_size(it.cells[2])) + u64(field_size(it.cells[1].tags[3])) + u64(field_size(it.cells[0].stats[1]))
              + u64(field_size(it.cells[1].stats[1].wait_max)) + u64(field_size(it.times[1]))
              + u64(field_size(it.inside[2])))
    return 0


@raw_tracepoint("sys_enter")
def sizes_of_rows(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(grid, bpf_get_current_task())
    number = (u64(field_size(it.rows[1])) + u64(field_size(it.rows[1][2])) + u64(field_size(it.blocks[1]))
              + u64(field_size(it.blocks[0][2])) + u64(field_size(it.blocks[1][2].wait_max)))
    return 0


@raw_tracepoint("sys_enter")
def exists(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(grid, bpf_get_current_task())
    number = (u64(field_exists(it.cells[2])) + u64(field_exists(it.cells[2].stats[1]))
              + u64(field_exists(it.blocks[1][2])) + u64(field_exists(it.inside[3])))
    return 0


@raw_tracepoint("sys_enter")
def of_types(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    number = (u64(field_exists(task_struct.comm[15])) + u64(field_size(grid.cells[1]))
              + u64(field_size(pid.numbers[3])))
    return 0
