"""The contexts of tracing programs in calls of helpers: of a tracepoint, and before typed arguments."""

from __future__ import annotations

from typing import Annotated

from pybpfc import (
    BPF_F_USER_STACK, HashMap, PerfEventArray, StackTrace, Str, Struct, bpf_raw_tracepoint_args, core_read, data,
    rodata, s32, s64, subprog, tp_btf, tracepoint, u32, u64,
)
from pybpfc.helpers import bpf_get_current_pid_tgid
from pybpfc.vmlinux import task_struct, trace_event_raw_sys_exit

LICENSE = "GPL"


class Key(Struct):
    kernel_stack: s32
    user_stack: s32
    comm: Annotated[Str, 16]


class Call(Struct):
    pid: u32
    result: s64


stacks = StackTrace(max_entries=1024, depth=64)
sleeps = HashMap[Key, u64](max_entries=1024)
calls = PerfEventArray[Call]()
only_pid: u32 = rodata(0)
same_argument: u64 = data(0)


@subprog
def send(ctx: trace_event_raw_sys_exit, pid: u32) -> s64:
    return calls.output(ctx, Call(pid=pid, result=ctx.ret))


@tracepoint("syscalls", "sys_exit_getppid")
def after_getppid(ctx: trace_event_raw_sys_exit) -> int:
    pid = u32(bpf_get_current_pid_tgid() >> 32)
    if pid == only_pid:
        send(ctx, pid)
    return 0


@tp_btf("sched_switch")
def switched(ctx: bpf_raw_tracepoint_args, preempt: bool, previous: task_struct) -> int:
    global same_argument
    if u32(previous.tgid) != only_pid:
        return 0
    if ctx.args[1] == u64(previous):
        same_argument += 1
    key = Key.zero(kernel_stack=s32(stacks.get_stackid(ctx)), user_stack=s32(stacks.get_stackid(ctx, BPF_F_USER_STACK)))
    key.comm = core_read(previous.comm)
    sleeps[key] += 1
    return 0
