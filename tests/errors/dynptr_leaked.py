"""A record that was reserved by a dynptr is given back even where the reservation failed."""

from pybpfc import XDP_PASS, RingBuf, Struct, bpf_dynptr, u32, xdp, xdp_md
from pybpfc.helpers import bpf_ringbuf_reserve_dynptr, bpf_ringbuf_submit_dynptr


class Event(Struct):
    number: u32


LICENSE = "GPL"
events = RingBuf[Event](max_entries=4096)


@xdp
def leaks(ctx: xdp_md) -> int:
    record = bpf_dynptr()
    if bpf_ringbuf_reserve_dynptr(events, 4, 0, record):
        return XDP_PASS
    bpf_ringbuf_submit_dynptr(record)
    return XDP_PASS
