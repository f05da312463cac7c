"""A flexible array of the kernel's has no end that is known; nothing is before its first element."""

from pybpfc import bpf_raw_tracepoint_args, core_read, data, raw_tracepoint, s32, u64
from pybpfc.helpers import bpf_get_current_task_btf

LICENSE = "GPL"
level: s32 = data(0)
found: u64 = data(0)


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    global found
    task = bpf_get_current_task_btf()
    found = u64(core_read(task.thread_pid.numbers[level].nr))
    return 0
