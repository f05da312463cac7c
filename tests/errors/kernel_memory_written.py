"""The kernel's objects can be read, and written by programs in tables of functions alone."""

from pybpfc import tp_btf
from pybpfc.vmlinux import task_struct

LICENSE = "GPL"


@tp_btf("sched_switch")
def on_switch(preempt: bool, prev: task_struct) -> int:
    prev.pid = 3
    prev.real_parent.tgid += 1
    return 0
