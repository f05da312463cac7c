"""Memory that the verifier does not trust: programs write none of it, and functions that are verified on their own take
none of it."""

from pybpfc import bpf_raw_tracepoint_args, cast_user, raw_tracepoint
from pybpfc.helpers import bpf_get_current_task
from pybpfc.vmlinux import task_struct

LICENSE = "GPL"


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    task = bpf_get_current_task()
    task.pid = 3
    task.se.load.weight += 3
    task.comm[0] = 65
    task.comm[1] += 1
    cast_user(task_struct, ctx.args[0]).pid = 3
    return 0
