"""The first record is forgotten."""

from pybpfc import XDP_PASS, RingBuf, Struct, u32, xdp, xdp_md


class Event(Struct):
    queue: u32


events = RingBuf[Event](max_entries=4096)


@xdp
def prog(ctx: xdp_md) -> int:
    event = events.reserve()
    event = events.reserve()
    if event is None:
        return XDP_PASS
    event.queue = 1
    events.submit(event)
    return XDP_PASS
