"""The three ways to a tracepoint (its record, its raw arguments, its typed ones), for one process."""
from typing import Annotated

from pybpfc import ArrayMap, Str, Struct, bpf_raw_tracepoint_args, raw_tracepoint, rodata, tp_btf, tracepoint, u32, u64
from pybpfc.helpers import bpf_get_current_comm, bpf_get_current_pid_tgid, bpf_probe_read_user_str
from pybpfc.vmlinux import task_struct, trace_event_raw_sys_enter

LICENSE = "GPL"
NR_GETPPID = 110                                   # arch/x86/entry/syscalls/syscall_64.tbl


class Opened(Struct):
    flags: u64
    comm: Annotated[Str, 16]
    filename: Annotated[Str, 64]


only: u32 = rodata(0)
opened = ArrayMap[Opened](max_entries=1)
calls = ArrayMap[u64](max_entries=2)                 # 0: of getppid, 1: the last child


@tracepoint("syscalls", "sys_enter_openat")
def on_openat(ctx: trace_event_raw_sys_enter) -> int:
    slot = opened.lookup(0)
    if slot is None or u32(bpf_get_current_pid_tgid() >> 32) != only:
        return 0
    slot.flags = ctx.args[2]
    bpf_get_current_comm(slot.comm)
    bpf_probe_read_user_str(slot.filename, ctx.args[1])
    return 0


@raw_tracepoint("sys_enter")
def on_raw(ctx: bpf_raw_tracepoint_args) -> int:
    if u32(bpf_get_current_pid_tgid() >> 32) == only and ctx.args[1] == NR_GETPPID:
        calls[0] += 1
    return 0


@tp_btf("sched_process_fork")
def on_fork(parent: task_struct, child: task_struct) -> int:
    if u32(parent.tgid) == only:
        calls[1] = u64(child.tgid)
    return 0
