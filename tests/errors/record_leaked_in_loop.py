"""`break` leaves with the record."""

from pybpfc import XDP_PASS, RingBuf, Struct, u32, xdp, xdp_md


class Event(Struct):
    queue: u32


events = RingBuf[Event](max_entries=4096)


@xdp
def prog(ctx: xdp_md) -> int:
    for i in range(4):
        event = events.reserve()
        if event is None:
            continue
        if i == ctx.rx_queue_index:
            break
        event.queue = i
        events.submit(event)
    return XDP_PASS
