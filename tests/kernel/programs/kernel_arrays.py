"""Arrays in kernel objects by an index that is known when the program runs: numbers, pointers, structs."""

from pybpfc import Struct, core_read, s32, syscall, u32, u64
from pybpfc.helpers import bpf_get_current_task, bpf_get_current_task_btf

LICENSE = "GPL"


class Request(Struct):
    index: u32
    letter: u32
    limit: u64
    number: u64
    trusted: u64


@syscall
def read(request: Request) -> int:
    task = bpf_get_current_task()
    request.letter = core_read(task.comm[request.index & 15])
    request.limit = core_read(task.signal.rlim[request.index % 16].rlim_cur)
    index = request.index
    if 0 < index < 4:
        request.number = u64(core_read(task.signal.pids[index].numbers[0].nr))
    trusted = bpf_get_current_task_btf()
    request.trusted = core_read(trusted.signal.rlim[request.index % 16].rlim_max)
    return 0


@syscall
def count(request: Request) -> int:
    """A loop's variable is an index."""
    task = bpf_get_current_task()
    limited = s32(0)
    for index in range(16):
        if core_read(task.signal.rlim[index].rlim_cur) != 0xFFFF_FFFF_FFFF_FFFF:
            limited += 1
    return limited
