"""A load of trusted memory takes one number: arrays are copied by a probe."""

from typing import Annotated

from pybpfc import HashMap, Str, Struct, fentry, u32, u64
from pybpfc.vmlinux import task_struct

LICENSE = "GPL"


class Key(Struct):
    pid: u32
    comm: Annotated[Str, 16]


counts = HashMap[Key, u64](max_entries=64)


@fentry("wake_up_new_task")
def prog(task: task_struct) -> int:
    key = Key.zero(pid=u32(task.pid))
    key.comm = task.comm
    counts[key] += 1
    return 0
