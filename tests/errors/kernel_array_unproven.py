"""The index of a probe read is checked as that of any array."""

from pybpfc import core_read, fentry, s64
from pybpfc.helpers import bpf_get_current_task, bpf_get_prandom_u32

LICENSE = "GPL"


@fentry("do_exit")
def prog(code: s64) -> int:
    task = bpf_get_current_task()
    index = bpf_get_prandom_u32()
    print(f"{core_read(task.comm[index])} {core_read(task.signal.rlim[index & 31].rlim_cur)}")
    return 0
