"""What was acquired is not kept: nothing can release it."""

from pybpfc import tp_btf
from pybpfc.kfuncs import bpf_task_from_pid

LICENSE = "GPL"


@tp_btf("sys_enter")
def prog() -> int:
    bpf_task_from_pid(1)
    return 0
