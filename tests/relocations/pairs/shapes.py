"""Rows and columns, what is in elements and behind them, whole and in part, of users' memory too."""
from __future__ import annotations

from typing import Annotated

from pybpfc import Array, ArrayMap, KernelStruct, Ptr, Str, Struct, bits, bpf_raw_tracepoint_args, cast, cast_user, core_read, core_read_str, core_read_user, data, field_exists, field_size, raw_tracepoint, u8, u16, u32, u64
from pybpfc.helpers import bpf_get_current_task, bpf_get_current_task_btf

LICENSE = "GPL"
number: u64 = data(0)


class Text(Struct):
    text: Annotated[Str, 16]


class Row(Struct):
    row: Annotated[Array[u32], 4]


class Address(Struct):
    family: u16
    port: u16
    host: u32


texts = ArrayMap[Text](max_entries=1)
rows = ArrayMap[Row](max_entries=1)
addresses = ArrayMap[Address](max_entries=1)


class version(KernelStruct):
    major: u8
    minor: u8


class versions(KernelStruct, union=True):
    _anonymous_version: version
    both: u16


class state_t(KernelStruct, typedef=True):
    _anonymous_versions: versions
    ready: Annotated[u32, bits(1)]
    count: Annotated[u32, bits(7)]


class slot(KernelStruct):
    name: Annotated[Str, 16]
    values: Annotated[Array[u32], 4]
    state: state_t
    where: Ptr[u32]
    others: Ptr[Ptr[slot]]


class board(KernelStruct):
    grid: Annotated[Array[Annotated[Array[u32], 4]], 3]
    slots: Annotated[Array[slot], 4]
    lines: Annotated[Array[Ptr[slot]], 2]
    states: Annotated[Array[state_t], 2]
    peers: Annotated[Array[Address], 2]
    pairs: Annotated[Array[Annotated[Array[Ptr[slot]], 2]], 2]
    names: Annotated[Array[Annotated[Str, 16]], 4]


@raw_tracepoint("sys_enter")
def rows_and_columns(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(board, bpf_get_current_task())
    number = u64(core_read(it.grid[1][2])) + u64(core_read(it.slots[2].values[3]))
    return 0


@raw_tracepoint("sys_enter")
def pointers_in_rows(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(board, bpf_get_current_task())
    number = u64(core_read(it.pairs[1][0].state.both))
    return 0


@raw_tracepoint("sys_enter")
def text_of_an_element(ctx: bpf_raw_tracepoint_args) -> int:
    it = cast(board, bpf_get_current_task())
    place = texts.lookup(0)
    if place is not None:
        core_read_str(place.text, it.slots[3].name)
    return 0


@raw_tracepoint("sys_enter")
def text_behind_an_element(ctx: bpf_raw_tracepoint_args) -> int:
    it = cast(board, bpf_get_current_task())
    place = texts.lookup(0)
    if place is not None:
        core_read_str(place.text, it.lines[number & 1].name)
    return 0


@raw_tracepoint("sys_enter")
def text_in_a_row(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(board, bpf_get_current_task())
    place = texts.lookup(0)
    if place is not None:
        core_read_str(place.text, it.names[2])
    number = u64(core_read(it.names[1][5]))
    return 0


@raw_tracepoint("sys_enter")
def whole_array_of_an_element(ctx: bpf_raw_tracepoint_args) -> int:
    it = cast(board, bpf_get_current_task())
    place = rows.lookup(0)
    if place is not None:
        place.row = core_read(it.slots[1].values)
    return 0


@raw_tracepoint("sys_enter")
def whole_element(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(board, bpf_get_current_task())
    address = core_read(it.peers[1])
    addresses.update(0, address)
    number = u64(address.host)
    return 0


@raw_tracepoint("sys_enter")
def anonymous_in_an_element(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(board, bpf_get_current_task())
    number = u64(core_read(it.states[1].minor)) + u64(core_read(it.slots[1].state.both))
    return 0


@raw_tracepoint("sys_enter")
def bits_of_an_element(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(board, bpf_get_current_task())
    number = u64(core_read(it.slots[2].state.count))
    return 0


@raw_tracepoint("sys_enter")
def bits_behind_an_element(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(board, bpf_get_current_task())
    number = u64(core_read(it.lines[1].state.ready))
    return 0


@raw_tracepoint("sys_enter")
def number_behind_a_pointer(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(board, bpf_get_current_task())
    number = u64(core_read(it.lines[1].where.value))
    return 0


@raw_tracepoint("sys_enter")
def of_users(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast_user(board, u64(bpf_get_current_task()))
    number = u64(core_read_user(it.lines[1].values[2])) + u64(core_read_user(it.slots[1].state.both))
    return 0


@raw_tracepoint("sys_enter")
def facts(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(board, bpf_get_current_task())
    number = (u64(field_exists(it.slots[1].state.minor)) + u64(field_size(it.grid)) + u64(field_size(it.lines[1].name))
              + u64(field_size(it.pairs)) + u64(field_exists(it.pairs[1][0].state.ready)))
    return 0


@raw_tracepoint("sys_enter")
def trusted(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    it = cast(board, bpf_get_current_task_btf())
    number = u64(it.slots[2].values[3]) + u64(it.slots[3].state.both) + u64(it.lines[1].values[1])
    return 0
