"""What is sent has the buffer's type."""

from pybpfc import XDP_PASS, RingBuf, Struct, u32, xdp, xdp_md


class Event(Struct):
    queue: u32


events = RingBuf[Event](max_entries=4096)


@xdp
def prog(ctx: xdp_md) -> int:
    events.output(ctx.rx_queue_index)
    return XDP_PASS
