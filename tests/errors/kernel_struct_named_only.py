"""Where the kernel's types have nothing but the name of a struct, a program says what is in it."""

from pybpfc import bpf_raw_tracepoint_args, core_read, raw_tracepoint
from pybpfc.helpers import bpf_get_current_task

LICENSE = "GPL"


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    return core_read(bpf_get_current_task().bpf_ctx.saved) & 1
