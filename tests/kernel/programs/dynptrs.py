"""Dynptrs on the stack, the kernel's own context, methods of user ring buffers."""
from typing import Annotated

from pybpfc import (
    TC_ACT_OK, TC_ACT_SHOT, XDP_DROP, XDP_PASS, Array, RingBuf, Str, Struct, UserRingBuf,
    __sk_buff, bpf_dynptr, callback, data, syscall, tc, u8, u32, u64, xdp, xdp_md,
)
from pybpfc.helpers import (
    bpf_dynptr_data, bpf_dynptr_read, bpf_dynptr_write, bpf_ringbuf_discard_dynptr, bpf_ringbuf_reserve_dynptr,
    bpf_ringbuf_submit_dynptr,
)
from pybpfc.kfuncs import (
    bpf_cast_to_kern_ctx, bpf_dynptr_from_xdp, bpf_dynptr_size, bpf_dynptr_slice,
)

LICENSE = "GPL"


class Event(Struct):
    number: u32
    text: Annotated[Str, 12]


class Head(Struct):
    bytes: Annotated[Array[u8], 20]


events = RingBuf[Event](max_entries=4096)
commands = UserRingBuf[Event](max_entries=4096)
numbers: u64 = data(0)
mark: u32 = data(0)


@callback
def take(record: bpf_dynptr, found: Event) -> int:
    event = Event.zero()
    if bpf_dynptr_read(event, record, 0) == 0:
        found.number += event.number
    return 0


@syscall
def drain(ctx: Event) -> int:
    found = Event.zero()
    drained = commands.drain(take, found)
    ctx.number = found.number
    return 0 if drained >= 0 else 1


@xdp
def look(ctx: xdp_md) -> int:
    global numbers
    packet = bpf_dynptr()
    if bpf_dynptr_from_xdp(ctx, 0, packet):
        return XDP_DROP
    numbers = bpf_dynptr_size(packet)
    buffer = Head.zero()
    head = bpf_dynptr_slice(packet, 4, buffer)
    if head is None:
        return XDP_DROP
    return XDP_PASS if head.bytes[1] == 5 else XDP_DROP


@xdp
def send(ctx: xdp_md) -> int:
    record = bpf_dynptr()
    if bpf_ringbuf_reserve_dynptr(events, 16, 0, record):
        bpf_ringbuf_discard_dynptr(record)
        return XDP_DROP
    bpf_dynptr_write(record, 0, Event.zero(number=7))
    part = bpf_dynptr_data(record, 4, 2)
    if part is None:
        bpf_ringbuf_discard_dynptr(record)
        return XDP_DROP
    bpf_ringbuf_submit_dynptr(record)
    return XDP_PASS


@tc
def inside(skb: __sk_buff) -> int:
    global mark
    mark = bpf_cast_to_kern_ctx(skb).mark
    return TC_ACT_OK if bpf_cast_to_kern_ctx(skb).len > 60 else TC_ACT_SHOT
