"""Bit fields, signed and unsigned, read through probes and by loads through a trusted pointer."""
from __future__ import annotations

from typing import Annotated

from pybpfc import Array, KernelStruct, Ptr, bits, bpf_raw_tracepoint_args, cast, core_read, data, field_exists, field_size, raw_tracepoint, s32, s64, u32, u64
from pybpfc.helpers import bpf_get_current_task, bpf_get_current_task_btf

LICENSE = "GPL"
number: u64 = data(0)
signed: s64 = data(0)


class task_struct(KernelStruct):
    pid: s32
    in_execve: Annotated[u32, bits(1)]
    in_iowait: Annotated[u32, bits(1)]


class task_struct___signed(KernelStruct):
    pid: s32
    in_execve: Annotated[s32, bits(3)]


@raw_tracepoint("sys_enter")
def probed(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = u64(core_read(task.in_iowait))
    return 0


@raw_tracepoint("sys_enter")
def probed_signed(ctx: bpf_raw_tracepoint_args) -> int:
    global signed
    task = cast(task_struct___signed, bpf_get_current_task())
    signed = core_read(task.in_execve)
    return 0


@raw_tracepoint("sys_enter")
def loaded(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task_btf()
    number = u64(task.in_iowait)
    return 0


@raw_tracepoint("sys_enter")
def facts(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task()
    number = u64(field_exists(task.in_execve)) + u64(field_size(task.in_execve))
    return 0


class place_t(KernelStruct, typedef=True):
    first: s32
    at: Annotated[u32, bits(20)]
    behind: Annotated[u32, bits(30)]


class either(KernelStruct, union=True):
    low: Annotated[u32, bits(9)]
    high: Annotated[s32, bits(9)]


class sched_dl_entity(KernelStruct):
    dl_runtime: u64
    dl_throttled: Annotated[u32, bits(1)]
    dl_yielded: Annotated[u32, bits(1)]
    dl_server_state: Annotated[u32, bits(11)]
    far: Annotated[u64, bits(50)]


class holder(KernelStruct):
    number: s32
    dl: sched_dl_entity
    more: Annotated[Array[sched_dl_entity], 4]
    place: place_t
    either: either
    next: Ptr[holder]


@raw_tracepoint("sys_enter")
def wide(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    dl = cast(sched_dl_entity, bpf_get_current_task())
    number = u64(core_read(dl.dl_server_state))
    number += core_read(dl.far)
    return 0


@raw_tracepoint("sys_enter")
def embedded(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(holder, bpf_get_current_task())
    number = u64(core_read(it.dl.dl_yielded))
    return 0


@raw_tracepoint("sys_enter")
def embedded_and_loaded(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(holder, bpf_get_current_task_btf())
    number = u64(it.dl.dl_yielded)
    return 0


@raw_tracepoint("sys_enter")
def loaded_behind_a_pointer(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(holder, bpf_get_current_task_btf())
    number = u64(it.next.dl.dl_throttled)
    return 0


@raw_tracepoint("sys_enter")
def of_an_element(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(holder, bpf_get_current_task())
    number = u64(core_read(it.more[2].dl_server_state))
    return 0


@raw_tracepoint("sys_enter")
def of_typedefs(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(holder, bpf_get_current_task())
    number = u64(core_read(it.place.behind))
    number += u64(core_read(cast(place_t, it).at))
    return 0


@raw_tracepoint("sys_enter")
def facts_of_unions(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(holder, bpf_get_current_task())
    number = (u64(field_exists(it.either.low)) + u64(field_size(it.either.high)) + u64(field_exists(either.high))
              + u64(field_size(it.more[3].far)))
    return 0


@raw_tracepoint("sys_enter")
def loaded_of_unions(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(holder, bpf_get_current_task_btf())
    number = u64(it.either.low)
    return 0


@raw_tracepoint("sys_enter")
def of_unions(ctx: bpf_raw_tracepoint_args) -> int:
    global number, signed
    it = cast(holder, bpf_get_current_task())
    number = u64(core_read(it.either.low))
    signed = core_read(cast(either, it).high)
    return 0
