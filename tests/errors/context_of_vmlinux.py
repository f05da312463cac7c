"""The context is imported from the kernel's BTF, where a struct has the same name."""

from pybpfc import perf_event
from pybpfc.vmlinux import bpf_perf_event_data

LICENSE = "GPL"


@perf_event
def sample(ctx: bpf_perf_event_data) -> int:
    return 0
