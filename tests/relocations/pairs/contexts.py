"""What programs are given that has the layout of the kernel at hand: contexts of iterators and tracepoints, arguments."""
from pybpfc import data, iter_, s32, tp_btf, tracepoint, u32, u64
from pybpfc.vmlinux import bpf_iter__task, task_struct, trace_event_raw_sys_enter

LICENSE = "GPL"
number: u64 = data(0)


@iter_("task")
def iterated(ctx: bpf_iter__task) -> int:
    global number
    task = ctx.task
    if task is not None:
        number = ctx.meta.seq_num + u64(u32(task.real_parent.tgid))
    return 0


@tracepoint("syscalls", "sys_enter_openat")
def entered(ctx: trace_event_raw_sys_enter) -> int:
    global number
    number = ctx.args[2] + u64(ctx.id)
    return 0


@tp_btf("sched_process_exec")
def executed(task: task_struct, old: s32) -> int:
    global number
    number = u64(u32(task.real_parent.tgid))
    return 0
