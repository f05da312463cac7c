"""List the tasks of the system as ps(1) does: an iterator walks over them in the kernel and writes a line for each.

Run as root: `pybpfc run examples/list_tasks.py`, or read the lines in Python as below.
"""
import pybpfc
from pybpfc import core_read, iter_, rodata, u32
from pybpfc.helpers import bpf_seq_printf
from pybpfc.vmlinux import bpf_iter__task

LICENSE = "GPL"

threads: bool = rodata(False)  # every thread, not only the leaders of their groups


@iter_("task")
def tasks(ctx: bpf_iter__task) -> int:
    task = ctx.task
    if ctx.meta.seq_num == 0:
        bpf_seq_printf(ctx.meta.seq, f"{'PID':>8} {'PPID':>8} {'UID':>6} {'RSS':>8}  COMMAND\n")
    if task is None or not (threads or task.pid == task.tgid):
        return 0
    pages: u32 = 0
    if task.mm is not None:
        pages = u32(core_read(task.mm.hiwater_rss))
    uid = task.cred.uid.val
    bpf_seq_printf(ctx.meta.seq, f"{task.pid:8} {task.real_parent.tgid:8} {uid:6} {pages:8}  {task.comm}\n")
    return 0


if __name__ == "__main__":
    with pybpfc.load() as bpf, bpf.programs["tasks"].attach() as lines:
        for line in lines:
            print(line)
