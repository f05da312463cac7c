"""Plain loads from flexible arrays of the kernel's reach structs alone."""

from pybpfc import bpf_raw_tracepoint_args, core_read, data, raw_tracepoint, s32, u64
from pybpfc.helpers import bpf_get_current_task_btf

LICENSE = "GPL"
found: u64 = data(0)
number: s32 = data(0)


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    global found, number
    task = bpf_get_current_task_btf()
    found = u64(core_read(task.cgroups.dfl_cgrp.ancestors[0].level))
    found = u64(task.cgroups.dfl_cgrp.ancestors[0].level)
    pid = task.thread_pid
    if pid is not None:
        number = pid.numbers[0].nr
    return 0
