"""Structs compare without a branch for each field: the verifier would follow every combination."""
from typing import Annotated

from pybpfc import Array, ArrayMap, Struct, data, rodata, u8, u64, xdp, xdp_md


class Wide(Struct, packed=True):
    head: u8
    bytes_: Annotated[Array[u8], 40]


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=2)
one: Wide = data(Wide.zero(head=1))
two: Wide = rodata(Wide.zero(head=1))

EXPECTED = ((b"", (1, 0)),)


@xdp
def program(ctx: xdp_md) -> int:
    flag = one.head == 0
    out[0] = u64(flag or flag ^ (one == two))
    one.bytes_[39] = 1
    out[1] = u64(flag or flag ^ (one == two))
    return 2
