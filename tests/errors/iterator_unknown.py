"""Iterators that the kernel does not have, arguments that it does not take."""

from pybpfc import Struct, bpf_for_each, s32, syscall

LICENSE = "GPL"


class Request(Struct):
    pid: s32


@syscall
def prog(request: Request) -> int:
    for task in bpf_for_each("tasks", None, 0):
        pass
    for number in bpf_for_each("num", 0, 4):
        pass
    for bit in bpf_for_each("bits", 1):
        pass
    for area in bpf_for_each("task_vma", request.pid, 0):
        pass
    for item in bpf_for_each(request.pid):
        pass
    return 0
