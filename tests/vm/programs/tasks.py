"""List the tasks through an iterator."""
from pybpfc import Struct, iter_, s32
from pybpfc.helpers import bpf_seq_write
from pybpfc.vmlinux import bpf_iter__task

LICENSE = "GPL"


class Row(Struct):
    pid: s32
    tgid: s32


@iter_("task")
def list_tasks(ctx: bpf_iter__task) -> int:
    task = ctx.task
    if task is None:
        return 0
    bpf_seq_write(ctx.meta.seq, Row(pid=task.pid, tgid=task.tgid))
    return 0
