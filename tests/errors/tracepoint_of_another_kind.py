"""A tracepoint gets the event's struct: what other programs get, or another struct of the kernel, is none."""

from pybpfc import KernelStruct, Struct, bpf_raw_tracepoint_args, s32, tracepoint, u64, xdp_md
from pybpfc.vmlinux import task_struct

LICENSE = "GPL"


class Opened(Struct):
    common: u64
    number: u64


class trace_event_raw_sched_process_exec___mine(KernelStruct):
    pid: s32


@tracepoint("syscalls", "sys_enter_openat")
def packet(ctx: xdp_md) -> int:
    return 0


@tracepoint("syscalls", "sys_enter_openat")
def arguments(ctx: bpf_raw_tracepoint_args) -> int:
    return 0


@tracepoint("sched", "sched_process_exec")
def task(ctx: task_struct) -> int:
    return 0


@tracepoint("sched", "sched_process_exec")
def fits(ctx: trace_event_raw_sched_process_exec___mine) -> int:
    return ctx.pid & 1


@tracepoint("syscalls", "sys_enter_openat")
def described(ctx: Opened) -> int:
    return ctx.number & 1
