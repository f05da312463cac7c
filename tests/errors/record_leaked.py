"""One path keeps the record."""

from pybpfc import XDP_ABORTED, XDP_PASS, RingBuf, Struct, u32, xdp, xdp_md


class Event(Struct):
    queue: u32


events = RingBuf[Event](max_entries=4096)


@xdp
def prog(ctx: xdp_md) -> int:
    event = events.reserve()
    if event is None:
        return XDP_PASS
    if ctx.rx_queue_index > 8:
        return XDP_ABORTED
    event.queue = ctx.rx_queue_index
    events.submit(event)
    return XDP_PASS
