"""Every processor has its own of a per-CPU variable, and other variables have no `bpf_this_cpu_ptr`."""

from pybpfc import XDP_PASS, ksym, u64, xdp, xdp_md
from pybpfc.helpers import bpf_this_cpu_ptr
from pybpfc.vmlinux import rq, task_struct

LICENSE = "GPL"
runqueues: rq = ksym("runqueues", rq)
jiffies: u64 = ksym("jiffies", u64)


@xdp
def prog(ctx: xdp_md) -> int:
    if runqueues.cpu == 0 or bpf_this_cpu_ptr(jiffies).value == 0:
        return XDP_PASS
    return XDP_PASS
