"""Audit system calls of one process tree: paths, arguments, results, per-task state; a chain of tail-called decoders."""
from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Final

from pybpfc import (
    Array, HashMap, ProgArray, RingBuf, Str, Struct, TaskStorage, Union, be16, be32, bpf_raw_tracepoint_args, cast,
    cast_user, core_read, core_read_user, data, inline, raw_tracepoint, rodata, s32, s64, to_bits, u8, u16, u32, u64,
)
from pybpfc.helpers import (
    bpf_get_current_comm, bpf_get_current_task_btf, bpf_get_current_uid_gid, bpf_ktime_get_boot_ns,
    bpf_probe_read_user_str,
)
from pybpfc.net import ntohs
from pybpfc.vmlinux import pt_regs, task_struct

LICENSE = "GPL"
PATH_MAX: Final = 256
ARGS: Final = 6


class Syscall(IntEnum):
    READ = 0
    WRITE = 1
    OPEN = 2
    CONNECT = 42
    EXECVE = 59
    KILL = 62
    RENAME = 82
    UNLINK = 87
    OPENAT = 257
    RENAMEAT2 = 316


class Kind(IntEnum):
    PLAIN = 0
    PATH = 1
    TWO_PATHS = 2
    ADDRESS = 3
    ARGV = 4


class Paths(Struct):
    first: Annotated[Str, PATH_MAX]
    second: Annotated[Str, PATH_MAX]


class Endpoint(Struct):
    family: u16
    port: u16
    address: Annotated[Array[u8], 16]


class Argv(Struct):
    count: u32
    args: Annotated[Array[Annotated[Str, 64]], 4]


class Details(Union):
    paths: Paths
    endpoint: Endpoint
    argv: Argv


class Record(Struct):
    entered: u64
    took: u64
    result: s64
    nr: u32
    kind: u32
    pid: u32
    uid: u32
    ppid: s32
    nth: u32
    args: Annotated[Array[u64], ARGS]
    comm: Annotated[Str, 16]
    details: Details


class State(Struct):
    record: Record
    active: bool
    calls: u32


class sockaddr_in(Struct):
    sin_family: u16
    sin_port: be16
    sin_addr: be32
    pad: Annotated[Array[u8], 8]


class sockaddr_in6(Struct):
    sin6_family: u16
    sin6_port: be16
    flow: u32
    sin6_addr: Annotated[Array[u8], 16]
    scope: u32


states = TaskStorage[State]()
kinds = HashMap[u32, u32](max_entries=512)
records = RingBuf[Record](max_entries=1 << 20)
root_pid: s32 = rodata(0)
lost: u64 = data(0)
MAX_DEPTH = 8


@inline
def in_tree(task: task_struct) -> bool:
    parent = task
    for _ in range(MAX_DEPTH):
        if parent.tgid == root_pid:
            return True
        if parent.pid <= 1:
            return False
        parent = parent.real_parent
    return False


@inline
def current() -> State | None:
    return states.get(bpf_get_current_task_btf())


@raw_tracepoint("sys_enter")
def path_args(ctx: bpf_raw_tracepoint_args) -> int:
    state = current()
    if state is None:
        return 0
    record = state.record
    which = 1 if record.nr == Syscall.OPENAT else 0
    bpf_probe_read_user_str(record.details.paths.first, record.args[which])
    if record.kind == Kind.TWO_PATHS:
        second = 3 if record.nr == Syscall.RENAMEAT2 else 1
        if record.nr == Syscall.RENAMEAT2:
            bpf_probe_read_user_str(record.details.paths.first, record.args[1])
        bpf_probe_read_user_str(record.details.paths.second, record.args[second])
    return 0


@raw_tracepoint("sys_enter")
def address_args(ctx: bpf_raw_tracepoint_args) -> int:
    state = current()
    if state is None:
        return 0
    place = state.record.details.endpoint
    family = core_read_user(cast_user(sockaddr_in, state.record.args[1]).sin_family)
    place.family = family
    match family:
        case 2:
            peer = core_read_user(cast_user(sockaddr_in, state.record.args[1]))
            place.port = ntohs(peer.sin_port)
            bits = to_bits(peer.sin_addr)
            for i in range(4):
                place.address[i] = (bits >> (i * 8)) & 0xFF
        case 10:
            six = cast_user(sockaddr_in6, state.record.args[1])
            place.port = ntohs(core_read_user(six.sin6_port))
            place.address = core_read_user(six.sin6_addr)
    return 0


@raw_tracepoint("sys_enter")
def argv_args(ctx: bpf_raw_tracepoint_args) -> int:
    state = current()
    if state is None:
        return 0
    argv = state.record.details.argv
    argv.count = 0
    base = state.record.args[1]
    for i in range(len(argv.args)):
        pointer = core_read_user(cast_user(u64, base + i * 8).value)
        if not pointer:
            break
        if bpf_probe_read_user_str(argv.args[i], pointer) < 0:
            break
        argv.count += 1
    return 0


decoders = ProgArray[bpf_raw_tracepoint_args](max_entries=len(Kind), values={
    Kind.PATH: path_args, Kind.TWO_PATHS: path_args, Kind.ADDRESS: address_args, Kind.ARGV: argv_args})


@raw_tracepoint("sys_enter")
def on_enter(ctx: bpf_raw_tracepoint_args) -> int:
    task = bpf_get_current_task_btf()
    if not in_tree(task):
        return 0
    nr = u32(ctx.args[1])
    kind = kinds.lookup(nr)
    if kind is None:
        return 0
    state = states.get(task, create=True)
    if state is None:
        return 0
    regs = cast(pt_regs, ctx.args[0])
    state.calls += 1
    state.active = True
    state.record = Record.zero(entered=bpf_ktime_get_boot_ns(), nr=nr, kind=kind.value, pid=u32(task.tgid),
                               uid=u32(bpf_get_current_uid_gid()), ppid=task.real_parent.tgid, nth=state.calls)
    state.record.args = (core_read(regs.di), core_read(regs.si), core_read(regs.dx), core_read(regs.r10),
                         core_read(regs.r8), core_read(regs.r9))
    bpf_get_current_comm(state.record.comm)
    decoders.tail_call(ctx, kind.value)
    return 0


@raw_tracepoint("sys_exit")
def on_exit(ctx: bpf_raw_tracepoint_args) -> int:
    global lost
    state = current()
    if state is None or not state.active:
        return 0
    state.active = False
    record = state.record
    record.result = s64(ctx.args[1])
    record.took = bpf_ktime_get_boot_ns() - record.entered
    if records.output(record) != 0:
        lost += 1
    return 0
