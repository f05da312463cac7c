"""The task is read when it may be gone."""

from pybpfc import data, s32, tp_btf
from pybpfc.kfuncs import bpf_task_from_pid, bpf_task_release

LICENSE = "GPL"
found: s32 = data(0)


@tp_btf("sys_enter")
def prog() -> int:
    global found
    task = bpf_task_from_pid(1)
    if task is None:
        return 0
    bpf_task_release(task)
    found = task.tgid
    return 0
