"""One path keeps the task that a kernel function gave."""

from pybpfc import data, s32, tp_btf
from pybpfc.kfuncs import bpf_task_from_pid, bpf_task_release

LICENSE = "GPL"
parent: s32 = data(0)


@tp_btf("sys_enter")
def prog() -> int:
    global parent
    task = bpf_task_from_pid(1)
    if task is None:
        return 0
    if task.tgid != 1:
        return 0
    parent = task.real_parent.tgid
    bpf_task_release(task)
    return 0
