"""Globals of every type with the values that they may start with; addresses and buffers as helpers take them."""

from typing import Annotated

from pybpfc import (
    TC_ACT_OK,
    TC_ACT_SHOT,
    Array,
    Str,
    Struct,
    __sk_buff,
    be32,
    data,
    ksyscall,
    pt_regs,
    rodata,
    s32,
    tc,
    u16,
    u32,
    u64,
)
from pybpfc.helpers import bpf_get_current_comm, bpf_skb_store_bytes
from pybpfc.net import htonl

LICENSE = "GPL"


class Histogram(Struct):
    slots: Annotated[Array[u32], 8]
    name: Annotated[Str, 16]


limit: u32 = rodata(8)
strict: bool = rodata(False)
gateway: be32 = rodata(htonl(0x0A000001))
zeroed: Histogram = data(0)
made: Histogram = rodata(Histogram.zero(name="made"))
ports: Annotated[Array[u16], 4] = rodata((80, 443, 0, 0))
totals: Annotated[Array[u64], 4] = data(0)
only: Annotated[Str, 16] = rodata("")
last: Annotated[Str, 16] = data("nothing")
where: u64 = data(0)


@tc
def rewrite(skb: __sk_buff) -> int:
    length = skb.len
    if bpf_skb_store_bytes(skb, 30, gateway) or bpf_skb_store_bytes(skb, 0, b"\x02\x00\x00\x00\x00\x01"):
        return TC_ACT_SHOT
    totals[length & 3] += length
    zeroed.slots[length & 7] += made.slots[0] + (1 if length > limit or strict else ports[1])
    return TC_ACT_OK


@ksyscall("openat")
def on_openat(ctx: pt_regs, directory: s32, name: Annotated[Str, 255]) -> int:
    global where
    bpf_get_current_comm(last)
    if only == "" or last == only:
        where = u64(name) + u64(zeroed.slots) - u64(zeroed)
    return 0
