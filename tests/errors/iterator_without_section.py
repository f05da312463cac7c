"""A sleepable program enters an RCU section before it goes through tasks."""

from pybpfc import Struct, bpf_for_each, s32, syscall

LICENSE = "GPL"


class Request(Struct):
    pid: s32


@syscall
def prog(request: Request) -> int:
    for task in bpf_for_each("task", None, 0):
        if task.tgid == request.pid:
            return 1
    return 0
