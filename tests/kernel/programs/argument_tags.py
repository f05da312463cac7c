"""Global subprograms whose references are not None, and which take objects of the kernel: for Linux 6.9 and later."""

from __future__ import annotations

from pybpfc import XDP_DROP, XDP_PASS, Struct, data, global_subprog, rodata, s32, tp_btf, tracepoint, u32, u64, xdp, xdp_md
from pybpfc.helpers import bpf_get_current_task_btf
from pybpfc.vmlinux import task_struct, trace_event_raw_sys_enter

LICENSE = "GPL"
only: s32 = rodata(0)


class Request(Struct):
    port: u32


class Seen(Struct):
    tgid: s32
    parent: s32
    nobody: s32


seen: Seen = data(0)


@global_subprog
def verdict(ctx: xdp_md, request: Request) -> int:
    return XDP_DROP if request.port == 3 else XDP_PASS


@global_subprog
def tgid(task: task_struct | None) -> s32:
    return task.tgid if task is not None else -1


@global_subprog
def parent(task: task_struct) -> s32:
    return task.real_parent.tgid


@global_subprog
def descriptor(ctx: trace_event_raw_sys_enter) -> u64:
    return ctx.args[0]


@tracepoint("syscalls", "sys_enter_close")
def on_close(ctx: trace_event_raw_sys_enter) -> int:
    if bpf_get_current_task_btf().tgid == only:
        seen.nobody = s32(descriptor(ctx) & 0xFFFF)
    return 0


@xdp
def prog(ctx: xdp_md) -> int:
    return verdict(ctx, Request(port=3))


@tp_btf("sys_enter")
def on_call(regs: u64) -> int:
    task = bpf_get_current_task_btf()
    if task.tgid == only:
        seen.tgid = tgid(task)
        seen.parent = parent(task)
        seen.nobody = tgid(None)
    return 0
