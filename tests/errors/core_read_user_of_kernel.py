"""What is in an object of the kernel, or in the context, is in no user memory: `core_read_user` would read 0."""

from pybpfc import bpf_raw_tracepoint_args, core_read_user, data, raw_tracepoint, s64, tracepoint
from pybpfc.helpers import bpf_get_current_task_btf
from pybpfc.vmlinux import trace_event_raw_sys_enter

LICENSE = "GPL"
found: s64 = data(0)


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    global found
    task = bpf_get_current_task_btf()
    found = core_read_user(task.pid)
    found = core_read_user(task.se.load.weight)
    found = core_read_user(task.sched_reset_on_fork)
    found = core_read_user(task.clear_child_tid.value)
    return 0


@tracepoint("syscalls", "sys_enter_openat")
def opened(ctx: trace_event_raw_sys_enter) -> int:
    return core_read_user(ctx.id) & 1
