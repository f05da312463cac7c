"""A kernel function wants a pointer that the verifier knows to be alive."""

from pybpfc import tp_btf
from pybpfc.helpers import bpf_get_current_task
from pybpfc.kfuncs import bpf_task_acquire, bpf_task_release

LICENSE = "GPL"


@tp_btf("sys_enter")
def prog() -> int:
    task = bpf_task_acquire(bpf_get_current_task())
    if task is not None:
        bpf_task_release(task)
    return 0
