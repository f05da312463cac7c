"""The records of a ring buffer are memory of the program's own, in which no struct of the kernel is."""

from pybpfc import RingBuf, bpf_raw_tracepoint_args, raw_tracepoint
from pybpfc.vmlinux import load_weight

LICENSE = "GPL"
weights = RingBuf[load_weight](max_entries=4096)


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    return 0
