"""A buffer may be full."""

from pybpfc import XDP_PASS, RingBuf, Struct, u32, xdp, xdp_md


class Event(Struct):
    queue: u32


events = RingBuf[Event](max_entries=4096)


@xdp
def prog(ctx: xdp_md) -> int:
    event = events.reserve()
    events.submit(event)
    return XDP_PASS
