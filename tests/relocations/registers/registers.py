"""Arguments that come in registers: of probes of functions, of their results, and of system calls behind a wrapper."""
from __future__ import annotations

from pybpfc import (
    PT_REGS_FP, PT_REGS_IP, PT_REGS_PARM1, PT_REGS_PARM2, PT_REGS_PARM3, PT_REGS_PARM4, PT_REGS_PARM5, PT_REGS_RC,
    PT_REGS_SP, bpf_raw_tracepoint_args, cast, data, kprobe, kretprobe, kretsyscall, ksyscall, raw_tracepoint, s64, u64,
)
from pybpfc.helpers import bpf_get_current_task_btf, bpf_task_pt_regs
from pybpfc.vmlinux import pt_regs

LICENSE = "GPL"
total: u64 = data(0)


@kprobe("vfs_read")
def arguments(file: u64, buffer: u64, count: u64, position: u64, more: u64) -> int:
    global total
    total += file + buffer + count + position + more
    return 0


@kretprobe("vfs_read")
def result(ret: s64) -> int:
    global total
    total += u64(ret)
    return 0


@ksyscall("mmap")
def system_call(address: u64, length: u64, protection: u64, flags: u64, descriptor: u64) -> int:
    global total
    total += address + length + protection + flags + descriptor
    return 0


@kretsyscall("mmap")
def system_result(ret: s64) -> int:
    global total
    total += u64(ret)
    return 0


@raw_tracepoint("sys_enter")
def untrusted(ctx: bpf_raw_tracepoint_args) -> int:
    global total
    regs = cast(pt_regs, ctx.args[0])
    total += (PT_REGS_PARM1(regs) + PT_REGS_PARM4(regs) + PT_REGS_PARM5(regs) + PT_REGS_RC(regs) + PT_REGS_FP(regs)
              + PT_REGS_SP(regs) + PT_REGS_IP(regs))
    return 0


@raw_tracepoint("sys_enter")
def of_task(ctx: bpf_raw_tracepoint_args) -> int:
    global total
    regs = bpf_task_pt_regs(bpf_get_current_task_btf())
    total += PT_REGS_PARM2(regs) + PT_REGS_PARM3(regs) + PT_REGS_RC(regs) + PT_REGS_IP(regs)
    return 0
