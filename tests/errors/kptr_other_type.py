"""A field keeps objects of one type, and is read by an exchange alone."""

from pybpfc import ArrayMap, Struct, kptr, s32, syscall
from pybpfc.helpers import bpf_kptr_xchg
from pybpfc.kfuncs import bpf_cpumask_create
from pybpfc.vmlinux import task_struct

LICENSE = "GPL"


class Request(Struct):
    pid: s32


class Kept(Struct):
    task: kptr[task_struct]


kept = ArrayMap[Kept](max_entries=1)


@syscall
def other(request: Request) -> int:
    slot = kept.lookup(0)
    mask = bpf_cpumask_create()
    if slot is None or mask is None:
        return 1
    bpf_kptr_xchg(slot.task, mask)
    return 0


@syscall
def direct(request: Request) -> int:
    slot = kept.lookup(0)
    if slot is None:
        return 1
    return slot.task.tgid
