"""What a value keeps of the kernel's is found in a struct without bit fields that begin within a byte, or not at all."""

from typing import Annotated

from pybpfc import XDP_PASS, ArrayMap, Struct, bits, kptr, u8, xdp, xdp_md
from pybpfc.vmlinux import task_struct


class Kept(Struct):
    task: kptr[task_struct]
    first: Annotated[u8, bits(3)]
    second: Annotated[u8, bits(5)]


kept = ArrayMap[Kept](max_entries=1)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
