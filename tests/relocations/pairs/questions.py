"""Facts about members of anonymous parts, unions, typedefs, arrays and bit fields, and reads of the same."""
from __future__ import annotations

from typing import Annotated

from pybpfc import Array, KernelStruct, Ptr, Str, bits, bpf_raw_tracepoint_args, cast, core_read, data, field_exists, field_size, raw_tracepoint, s32, s64, type_exists, type_id_kernel, type_id_local, type_matches, type_size, u8, u16, u32, u64
from pybpfc.helpers import bpf_get_current_task

LICENSE = "GPL"
number: u64 = data(0)
signed: s64 = data(0)


class kernel_cap_t(KernelStruct, typedef=True):
    val: u64


class split_t(KernelStruct, union=True, typedef=True):
    whole: u32
    halves: Annotated[Array[u16], 2]


class sk_buff_list(KernelStruct):
    next: Ptr[sk_buff]
    prev: Ptr[sk_buff]


class tcp_word_hdr(KernelStruct, union=True):
    words: Annotated[Array[u32], 5]
    bytes: Annotated[Array[u8], 20]


class device(KernelStruct, union=True):
    dev_scratch: u64
    dev: Ptr[u32]


class next_and_device(KernelStruct):
    next: Ptr[sk_buff]
    _anonymous_device: device


class links(KernelStruct, union=True):
    _anonymous_next: next_and_device
    list: sk_buff_list


class flags(KernelStruct):
    pkt_type: Annotated[u8, bits(3)]
    ignore_df: Annotated[u8, bits(1)]
    offset: Annotated[s32, bits(12)]
    wide: Annotated[u64, bits(40)]


class sk_buff(KernelStruct):
    _anonymous_links: links
    _anonymous_flags: flags
    cb: Annotated[Str, 48]
    encapsulation: bool
    word: tcp_word_hdr
    split: split_t
    caps: Annotated[Array[kernel_cap_t], 2]
    rest: Annotated[Array[u32], 0]


class sock(KernelStruct):
    first: sk_buff
    head: Ptr[sk_buff]


class never_was(KernelStruct, union=True):
    x: s32


@raw_tracepoint("sys_enter")
def exists_in_anonymous(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    skb = cast(sk_buff, bpf_get_current_task())
    number = (u64(field_exists(skb.next)) + u64(field_exists(skb.dev)) + u64(field_exists(skb.list.prev))
              + u64(field_exists(skb.ignore_df)))
    return 0


@raw_tracepoint("sys_enter")
def exists_behind_others(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    sk = cast(sock, bpf_get_current_task())
    number = (u64(field_exists(sk.first.dev_scratch)) + u64(field_exists(sk.first.word.bytes))
              + u64(field_exists(sk.head.next.split.whole)) + u64(field_exists(sk.first.caps[1].val)))
    return 0


@raw_tracepoint("sys_enter")
def exists_of_types(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    number = (u64(field_exists(sock.first.list.prev)) + u64(field_exists(split_t.halves))
              + u64(field_exists(tcp_word_hdr.words)))
    return 0


@raw_tracepoint("sys_enter")
def sizes(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    skb = cast(sk_buff, bpf_get_current_task())
    number = (u64(field_size(skb.cb)) + u64(field_size(skb.word)) + u64(field_size(skb.caps))
              + u64(field_size(skb.list)) + u64(field_size(skb.encapsulation)) + u64(field_size(skb.dev))
              + u64(field_size(skb.split)))
    return 0


@raw_tracepoint("sys_enter")
def sizes_of_bits(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    skb = cast(sk_buff, bpf_get_current_task())
    number = u64(field_size(skb.pkt_type)) + u64(field_size(skb.offset)) + u64(field_size(sk_buff.wide))
    return 0


@raw_tracepoint("sys_enter")
def sizes_of_flexible(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    skb = cast(sk_buff, bpf_get_current_task())
    number = u64(field_exists(skb.rest)) + u64(field_size(skb.rest))
    return 0


@raw_tracepoint("sys_enter")
def types(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    number = (u64(type_exists(tcp_word_hdr)) + u64(type_exists(split_t)) + u64(type_exists(never_was))
              + u64(type_size(tcp_word_hdr)) + u64(type_size(kernel_cap_t)) + u64(type_matches(sk_buff))
              + u64(type_matches(tcp_word_hdr)) + u64(type_matches(split_t)))
    return 0


@raw_tracepoint("sys_enter")
def type_ids(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    number = (u64(type_id_kernel(tcp_word_hdr)) + u64(type_id_kernel(kernel_cap_t)) + u64(type_id_local(sk_buff))
              + u64(type_id_local(split_t)))
    return 0


@raw_tracepoint("sys_enter")
def union_members(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    skb = cast(sk_buff, bpf_get_current_task())
    number = (u64(core_read(skb.word.words[2])) + u64(core_read(skb.split.halves[1])) + core_read(skb.caps[1].val)
              + u64(core_read(skb.list.prev.word.bytes[19])) + u64(core_read(skb.encapsulation)))
    return 0


@raw_tracepoint("sys_enter")
def bits_in_anonymous(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    sk = cast(sock, bpf_get_current_task())
    number = u64(core_read(sk.first.pkt_type))
    number += core_read(sk.first.wide)
    return 0


@raw_tracepoint("sys_enter")
def signed_bits(ctx: bpf_raw_tracepoint_args) -> int:
    global signed
    skb = cast(sk_buff, bpf_get_current_task())
    signed = core_read(skb.offset)
    return 0


@raw_tracepoint("sys_enter")
def bits_of_a_chain(ctx: bpf_raw_tracepoint_args) -> int:
    global number
    sk = cast(sock, bpf_get_current_task())
    number = u64(core_read(sk.head.next.ignore_df))
    return 0
