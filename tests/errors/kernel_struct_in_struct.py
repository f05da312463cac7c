"""A Struct is memory of the program's own: it holds no struct of the kernel, only addresses of those."""

from pybpfc import Struct, bpf_raw_tracepoint_args, raw_tracepoint, u32, u64
from pybpfc.vmlinux import load_weight

LICENSE = "GPL"


class Kept(Struct):
    address: u64
    weight: load_weight
    number: u32


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    return 0
