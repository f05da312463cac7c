"""A kernel struct's fields are where the kernel at hand has them: memory of the program's own is none of it."""

from typing import Annotated

from pybpfc import Array, KernelStruct, bpf_raw_tracepoint_args, data, raw_tracepoint, u32
from pybpfc.vmlinux import load_weight

LICENSE = "GPL"


class load_weight___x(KernelStruct):
    inv_weight: u32


weight: load_weight___x = data(0)
weights: Annotated[Array[load_weight], 2] = data(0)


@raw_tracepoint("sys_enter")
def prog(ctx: bpf_raw_tracepoint_args) -> int:
    weight.inv_weight = 77
    return 0
