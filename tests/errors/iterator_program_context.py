"""The context is the iterator's own; what it shows may be missing: it is called once more at the end."""

from pybpfc import iter_
from pybpfc.vmlinux import bpf_iter__task, bpf_iter__task_file

LICENSE = "GPL"


@iter_("task")
def other(ctx: bpf_iter__task_file) -> int:
    return 0


@iter_("task")
def unchecked(ctx: bpf_iter__task) -> int:
    if ctx.task.tgid == 1:
        return 1
    return 0
