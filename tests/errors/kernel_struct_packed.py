"""How a kernel struct is laid out is found out where the program is loaded."""

from pybpfc import KernelStruct, bpf_raw_tracepoint_args, raw_tracepoint, u32


class task_struct(KernelStruct, packed=True):
    pid: u32


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    return 0
