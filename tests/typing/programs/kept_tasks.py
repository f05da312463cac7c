from pybpfc import ArrayMap, Struct, bpf_rcu_read_lock, kptr, s32, syscall
from pybpfc.helpers import bpf_kptr_xchg
from pybpfc.kfuncs import bpf_task_from_pid, bpf_task_release
from pybpfc.vmlinux import task_struct

LICENSE = "GPL"
class Request(Struct):
    pid: s32
class Kept(Struct):
    task: kptr[task_struct]
kept = ArrayMap[Kept](max_entries=1)
@syscall
def look(request: Request) -> int:
    slot = kept.lookup(0)
    if slot is None:
        return -1
    with bpf_rcu_read_lock():
        task = slot.task
        if task is None:
            return 0
        return task.tgid
@syscall
def keep(request: Request) -> int:
    slot = kept.lookup(0)
    if slot is None:
        return -1
    task = bpf_task_from_pid(request.pid)
    if task is None:
        return -2
    old = bpf_kptr_xchg(slot.task, task)
    if old is not None:
        bpf_task_release(old)
    return 0
