"""Structs that have no name but that of their typedef, and fields of typedef's type."""
from __future__ import annotations

from pybpfc import KernelStruct, Ptr, bpf_raw_tracepoint_args, cast, core_read, data, field_exists, raw_tracepoint, s32, type_exists, type_matches, type_size, u64
from pybpfc.helpers import bpf_get_current_task

LICENSE = "GPL"
number: u64 = data(0)


class atomic_t(KernelStruct, typedef=True):
    counter: s32


class kuid_t(KernelStruct, typedef=True):
    val: s32


class cred(KernelStruct):
    usage: atomic_t
    uid: kuid_t
    count: Ptr[atomic_t]


class other(KernelStruct):
    count: Ptr[kuid_t]


@raw_tracepoint("sys_enter")
def root(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    count = cast(atomic_t, bpf_get_current_task())
    number = u64(core_read(count.counter))
    return 0


@raw_tracepoint("sys_enter")
def embedded(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    credentials = cast(cred, bpf_get_current_task())
    number = u64(core_read(credentials.uid.val))
    return 0


@raw_tracepoint("sys_enter")
def pointed(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    credentials = cast(cred, bpf_get_current_task())
    number = u64(core_read(credentials.count.counter))
    return 0


@raw_tracepoint("sys_enter")
def types(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    number = u64(type_exists(atomic_t)) + u64(type_size(kuid_t)) + u64(type_matches(atomic_t))
    return 0


@raw_tracepoint("sys_enter")
def only_named(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(other, bpf_get_current_task())
    number = u64(field_exists(it.count))
    return 0
