from typing import Annotated

from pybpfc import XDP_PASS, Ptr, Struct, bits, ptr, subprog, u8, u64, xdp, xdp_md


class Flags(Struct):
    low: Annotated[u8, bits(4)]
    high: Annotated[u8, bits(4)]


@subprog
def bump(place: Ptr[u64]) -> None:
    place.value += 1


@xdp
def prog(ctx: xdp_md) -> int:
    total: u64 = 0
    bump(ptr(total))
    flags = Flags.zero()
    low = ptr(flags.low)
    queue = ptr(ctx.rx_queue_index)
    seven = ptr(7)
    return XDP_PASS
