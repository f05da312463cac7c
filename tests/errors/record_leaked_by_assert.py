"""A failed assert leaves the program."""

from pybpfc import XDP_PASS, RingBuf, Struct, u32, xdp, xdp_md


class Event(Struct):
    queue: u32


events = RingBuf[Event](max_entries=4096)


@xdp
def prog(ctx: xdp_md) -> int:
    event = events.reserve()
    assert event is not None
    assert ctx.rx_queue_index < 8
    event.queue = ctx.rx_queue_index
    events.submit(event)
    return XDP_PASS
