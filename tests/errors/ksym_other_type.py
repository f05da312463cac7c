"""The kernel has the variable with another type."""

from pybpfc import XDP_PASS, ksym, u64, xdp, xdp_md
from pybpfc.helpers import bpf_this_cpu_ptr
from pybpfc.vmlinux import task_struct

LICENSE = "GPL"
runqueues: task_struct = ksym("runqueues", task_struct)


@xdp
def prog(ctx: xdp_md) -> int:
    if bpf_this_cpu_ptr(runqueues).tgid == 0:
        return XDP_PASS
    return XDP_PASS
