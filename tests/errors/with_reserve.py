"""A record is not left by `with`: whether it is sent is for the program to say. What stands on its name is silent."""

from pybpfc import RingBuf, Struct, kprobe, u32


class Event(Struct):
    pid: u32


events = RingBuf[Event](max_entries=4096)


@kprobe("do_unlinkat")
def prog() -> int:
    with events.reserve() as event:
        event.pid = 1
    return 0
