"""What can be read: text, arrays, structs of user space's interface, user memory, and loads through trusted pointers."""
from __future__ import annotations

from typing import Annotated

from pybpfc import Array, ArrayMap, KernelStruct, Ptr, Str, Struct, bpf_raw_tracepoint_args, cast, cast_user, core_read, core_read_str, core_read_user, data, raw_tracepoint, s32, s64, u16, u32, u64, u8
from pybpfc.helpers import bpf_get_current_task, bpf_get_current_task_btf

LICENSE = "GPL"
number: u64 = data(0)


class Text(Struct):
    text: Annotated[Str, 16]


class Words(Struct):
    words: Annotated[Array[u32], 4]


class Address(Struct):
    """A struct of user space's interface: it is the same on every kernel."""
    family: u16
    port: u16
    host: u32


addresses = ArrayMap[Address](max_entries=1)
texts = ArrayMap[Text](max_entries=1)
words = ArrayMap[Words](max_entries=1)


class linux_binprm(KernelStruct):
    filename: Ptr[u8]
    buf: Annotated[Str, 16]
    numbers: Annotated[Array[u32], 4]


class sockaddr_in(KernelStruct):
    sin_family: u16
    sin_port: u16


class connection(KernelStruct):
    state: u32
    peer: Address


class task_struct(KernelStruct):
    tgid: s32
    group_leader: Ptr[task_struct]
    comm: Annotated[Str, 16]


@raw_tracepoint("sys_enter")
def text_of_pointer(ctx: bpf_raw_tracepoint_args) -> int:
    binary = cast(linux_binprm, bpf_get_current_task())
    slot = texts.lookup(0)
    if slot is not None:
        core_read_str(slot.text, binary.filename)
    return 0


@raw_tracepoint("sys_enter")
def text_of_array(ctx: bpf_raw_tracepoint_args) -> int:
    task = bpf_get_current_task()
    slot = texts.lookup(0)
    if slot is not None:
        core_read_str(slot.text, task.group_leader.comm)
    return 0


@raw_tracepoint("sys_enter")
def whole_array(ctx: bpf_raw_tracepoint_args) -> int:
    binary = cast(linux_binprm, bpf_get_current_task())
    slot = words.lookup(0)
    if slot is not None:
        slot.words = core_read(binary.numbers)
    return 0


@raw_tracepoint("sys_enter")
def whole_struct(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(connection, bpf_get_current_task())
    address = core_read(it.peer)
    addresses.update(0, address)
    number = u64(address.host)
    return 0


@raw_tracepoint("sys_enter")
def user_memory(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    address = cast_user(sockaddr_in, u64(bpf_get_current_task()))
    number = u64(core_read_user(address.sin_port))
    return 0


@raw_tracepoint("sys_enter")
def trusted(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task_btf()
    number = u64(u32(task.group_leader.group_leader.tgid))
    return 0


@raw_tracepoint("sys_enter")
def trusted_index(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    task = bpf_get_current_task_btf()
    number = u64(task.comm[5])
    return 0
