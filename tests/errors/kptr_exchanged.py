"""What comes out of a field must be released, what goes in must be of its type and is not used any more."""

from pybpfc import ArrayMap, Struct, kptr, s32, syscall
from pybpfc.helpers import bpf_kptr_xchg
from pybpfc.kfuncs import bpf_task_from_pid
from pybpfc.vmlinux import task_struct

LICENSE = "GPL"


class Request(Struct):
    pid: s32


class Kept(Struct):
    task: kptr[task_struct]


kept = ArrayMap[Kept](max_entries=1)


@syscall
def leaks(request: Request) -> int:
    slot = kept.lookup(0)
    if slot is None:
        return 1
    bpf_kptr_xchg(slot.task, None)
    return 0


@syscall
def used(request: Request) -> int:
    slot = kept.lookup(0)
    task = bpf_task_from_pid(request.pid)
    if task is None:
        return 1
    if slot is None:
        return 1
    old = bpf_kptr_xchg(slot.task, task)
    if old is None:
        return task.tgid
    return 0
