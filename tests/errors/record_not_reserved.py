"""Only a reserved record is submitted."""

from pybpfc import XDP_PASS, RingBuf, Struct, u32, xdp, xdp_md


class Event(Struct):
    queue: u32


events = RingBuf[Event](max_entries=4096)


@xdp
def prog(ctx: xdp_md) -> int:
    events.submit(Event(queue=1))
    return XDP_PASS
