"""A struct is no field of the module that it is imported from."""

from pybpfc import bpf_raw_tracepoint_args, data, field_exists, field_size, raw_tracepoint, u32, vmlinux
from pybpfc.vmlinux import task_struct

LICENSE = "GPL"
size: u32 = data(0)


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    global size
    if field_exists(vmlinux.task_struct.pid):
        size = field_size(vmlinux.task_struct)
    size = field_size(task_struct)
    size = field_size(vmlinux.task_struct.no_such_field)
    return 0
