"""Kernel functions with what they do not take, and one that only a loop may call."""

from pybpfc import Struct, s32, syscall
from pybpfc.kfuncs import bpf_iter_task_next, bpf_rdonly_cast, bpf_task_release

LICENSE = "GPL"


class Arguments(Struct):
    pid: s32


@syscall
def prog(ctx: Arguments) -> int:
    bpf_rdonly_cast(ctx, 1)
    bpf_rdonly_cast(ctx, Arguments)
    bpf_iter_task_next(ctx)
    bpf_task_release(ctx.pid)
    return 0
