"""A kernel function with KF_RET_NULL gives a task or None; a result that nobody keeps is a leak."""

from pybpfc import data, s32, tp_btf
from pybpfc.kfuncs import bpf_task_from_pid

LICENSE = "GPL"
found: s32 = data(0)


@tp_btf("sys_enter")
def prog() -> int:
    global found
    task = bpf_task_from_pid(1)
    found = task.tgid
    return 0
