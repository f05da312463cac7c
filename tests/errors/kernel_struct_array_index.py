"""Plain loads from kernel objects are at constant offsets; an index is checked as everywhere."""

from pybpfc import fentry, s64
from pybpfc.helpers import bpf_get_current_task_btf, bpf_get_prandom_u32

LICENSE = "GPL"


@fentry("do_exit")
def plain(code: s64) -> int:
    task = bpf_get_current_task_btf()
    index = bpf_get_prandom_u32() & 1
    print(f"{task.signal.rlim[index].rlim_cur} {task.signal.rlim[1].rlim_cur} {task.comm[index]}")
    return 0
