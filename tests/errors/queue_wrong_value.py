"""What is pushed has the queue's type."""

from pybpfc import XDP_PASS, Queue, Struct, u32, xdp, xdp_md


class Job(Struct):
    id: u32


waiting = Queue[Job](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    waiting.push(1)
    return XDP_PASS
