"""What is sent has the array's type."""

from pybpfc import XDP_PASS, PerfEventArray, Struct, u32, xdp, xdp_md


class Event(Struct):
    queue: u32


events = PerfEventArray[Event]()


@xdp
def prog(ctx: xdp_md) -> int:
    events.output(ctx, 1)
    return XDP_PASS
