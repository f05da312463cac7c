"""A ring buffer is a power of two of pages."""

from pybpfc import XDP_PASS, RingBuf, Struct, u32, xdp, xdp_md


class Event(Struct):
    queue: u32


events = RingBuf[Event](max_entries=5000)


@xdp
def prog(ctx: xdp_md) -> int:
    events.output(Event(queue=1))
    return XDP_PASS
