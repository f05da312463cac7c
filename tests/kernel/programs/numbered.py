"""Every run numbers itself and sends its number; what finds no room is counted."""

from pybpfc import *

LICENSE = "GPL"


class Event(Struct):
    number: u64
    half: u32
    length: u32


events = RingBuf[Event](max_entries=64 * 1024)
others = RingBuf[u64](max_entries=4096)
samples = PerfEventArray[Event]()
runs: u64 = data(0)
dropped: u64 = data(0)
discard_odd: u32 = rodata(0)


@xdp
def send(ctx: xdp_md) -> int:
    number = atomic_add(runs, 1)
    event = events.reserve()
    if event is None:
        atomic_add(dropped, 1)
        return XDP_DROP
    event.number = number
    event.half = u32(number >> 1)
    event.length = u32(ctx.data_end - ctx.data)
    if discard_odd and number & 1:
        events.discard(event)
        return XDP_DROP
    events.submit(event)
    return XDP_PASS


@xdp
def send_other(ctx: xdp_md) -> int:
    number = atomic_add(runs, 1)
    return XDP_PASS if others.output(number) == 0 else XDP_DROP


@xdp
def sample(ctx: xdp_md) -> int:
    number = atomic_add(runs, 1)
    if samples.output(ctx, Event(number=number, half=u32(number >> 1), length=7)) != 0:
        atomic_add(dropped, 1)
        return XDP_DROP
    return XDP_PASS


@xdp
def say(ctx: xdp_md) -> int:
    number = atomic_add(runs, 1)
    print(f"numbered says {number}")
    return XDP_PASS
