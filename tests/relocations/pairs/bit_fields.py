"""Bit fields, signed and unsigned, read through probes and by loads through a trusted pointer."""
from __future__ import annotations

from typing import Annotated

from pybpfc import KernelStruct, bits, bpf_raw_tracepoint_args, cast, core_read, data, field_exists, field_size, raw_tracepoint, s32, s64, u32, u64
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
