"""A struct of the kernel is as large as the target kernel says: nothing takes it whole, and `==` would."""

from pybpfc import bpf_raw_tracepoint_args, cast, copy, core_read, raw_tracepoint, u64
from pybpfc.helpers import bpf_get_current_task, bpf_get_current_task_btf
from pybpfc.vmlinux import sock

LICENSE = "GPL"


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    task, other = bpf_get_current_task_btf(), bpf_get_current_task()
    if task == task.group_leader or task in (task.real_parent, other):
        return 1
    if other != core_read(other.parent):
        return 1
    load, limits = copy(task.se.load), copy(task.signal.rlim)
    return 2 if u64(task) == u64(task.group_leader) and u64(other) != u64(core_read(other.parent)) else 3


@raw_tracepoint("sys_enter")
def nameless(ctx: bpf_raw_tracepoint_args) -> int:
    task = bpf_get_current_task_btf()
    whole, all_of_them = core_read(task.rcu_users), core_read(task.signal.rlim)
    queue = core_read(cast(sock, ctx.args[0]).sk_backlog)
    return 0
