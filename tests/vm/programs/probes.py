"""Kernel probes at the entry and the return of a function and of a system call, for one process."""
from pybpfc import PT_REGS_PARM1, ArrayMap, kprobe, kretprobe, kretsyscall, ksyscall, pt_regs, rodata, s32, s64, u32
from pybpfc.helpers import bpf_get_current_pid_tgid

LICENSE = "GPL"

only: u32 = rodata(0)
# 0: entries, 1: the first argument, 2: returns, 3: the last returned value, 4: system calls, 5: the argument of one,
# 6: its result, 7: the first argument by its register's purpose
seen = ArrayMap[s64](max_entries=8)


@kprobe("do_sys_openat2")
def on_entry(ctx: pt_regs, dfd: s32) -> int:
    if u32(bpf_get_current_pid_tgid() >> 32) == only:
        seen[0] += 1
        seen[1] = dfd
    return 0


@kretprobe("do_sys_openat2")                       # returns long, from 6.18 on int: s32 is right for both
def on_return(ctx: pt_regs, ret: s32) -> int:
    if u32(bpf_get_current_pid_tgid() >> 32) == only:
        seen[2] += 1
        seen[3] = ret
    return 0


@ksyscall("dup")
def on_dup(ctx: pt_regs, oldfd: s32) -> int:
    if u32(bpf_get_current_pid_tgid() >> 32) == only:
        seen[4] += 1
        seen[5] = oldfd
    return 0


@kretsyscall("dup")
def after_dup(ret: s64) -> int:
    if u32(bpf_get_current_pid_tgid() >> 32) == only:
        seen[6] = ret
    return 0


@kprobe("do_sys_openat2")
def by_purpose(ctx: pt_regs) -> int:
    if u32(bpf_get_current_pid_tgid() >> 32) == only:
        seen[7] = s32(PT_REGS_PARM1(ctx))
    return 0
