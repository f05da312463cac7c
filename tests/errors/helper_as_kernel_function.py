"""Helpers are called by number and stand in another module than the functions that BTF describes."""

from pybpfc import bpf_raw_tracepoint_args, raw_tracepoint
from pybpfc.kfuncs import bpf_dynptr_from_mem


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    return 0
