"""Members of anonymous structs and unions, and of a union with a name."""
from __future__ import annotations

from typing import Annotated

from pybpfc import Array, KernelStruct, Ptr, Struct, bpf_raw_tracepoint_args, cast, core_read, data, raw_tracepoint, u32, u64, u8
from pybpfc.helpers import bpf_get_current_task

LICENSE = "GPL"
number: u64 = data(0)


class length_and_hash(KernelStruct):
    hash: u32
    len: u32


class hash_union(KernelStruct, union=True):
    _anonymous_parts: length_and_hash
    hash_len: u64


class qstr(KernelStruct):
    _anonymous_hash: hash_union
    name: Ptr[u8]


class place(KernelStruct):
    row: u32
    column: u32


class board(KernelStruct):
    _anonymous_place: place
    other: Ptr[place]
    places: Annotated[Array[place], 4]


class d_union(KernelStruct, union=True):
    d_rcu: u64
    d_time: u64


class dentry(KernelStruct):
    d_name: qstr
    d_u: d_union


@raw_tracepoint("sys_enter")
def anonymous_union(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    entry = cast(dentry, bpf_get_current_task())
    number = core_read(entry.d_name.hash_len)
    return 0


@raw_tracepoint("sys_enter")
def anonymous_struct(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    entry = cast(dentry, bpf_get_current_task())
    number = u64(core_read(entry.d_name.len))
    return 0


@raw_tracepoint("sys_enter")
def after_anonymous(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    entry = cast(dentry, bpf_get_current_task())
    number = u64(core_read(entry.d_name.name))
    return 0


@raw_tracepoint("sys_enter")
def union_member(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    entry = cast(dentry, bpf_get_current_task())
    number = core_read(entry.d_u.d_time)
    return 0


@raw_tracepoint("sys_enter")
def by_its_name_too(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(board, bpf_get_current_task())
    number = u64(core_read(it.row)) + u64(core_read(it.other.column)) + u64(core_read(it.places[3].column))
    return 0


@raw_tracepoint("sys_enter")
def by_a_pointer_of_its_own(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(board, bpf_get_current_task())
    alone = cast(place, bpf_get_current_task())
    number = u64(core_read(it.row)) + u64(core_read(alone.column)) + u64(core_read(it.places[number & 3].column))
    return 0
