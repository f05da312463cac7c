"""What a callback gives back says whether to go on, and nothing else; a timer's says nothing."""

from pybpfc import XDP_PASS, ArrayMap, HashMap, Ptr, Struct, bpf_timer, callback, s32, u32, u64, xdp, xdp_md
from pybpfc.helpers import bpf_for_each_map_elem, bpf_loop, bpf_timer_init, bpf_timer_set_callback

LICENSE = "GPL"


class Search(Struct):
    wanted: u32
    found: s32


class Slot(Struct):
    timer: bpf_timer
    runs: u32


slots = ArrayMap[Slot](max_entries=1)
hits = HashMap[u32, u64](max_entries=64)


@callback
def find(index: u32, search: Search) -> int:
    if index == search.wanted:
        search.found = s32(index)
        return -1
    return 0 if index < 8 else 1


@callback
def each(m: u64, key: Ptr[u32], value: Ptr[u64], search: Search) -> int:
    return 2 if key.value == search.wanted else 3


@callback
def expired(m: u64, key: Ptr[u32], slot: Slot) -> int:
    slot.runs += 1
    return 1


@xdp
def prog(ctx: xdp_md) -> int:
    search = Search(wanted=ctx.rx_queue_index, found=-1)
    bpf_loop(16, find, search)
    bpf_for_each_map_elem(hits, each, search)
    slot = slots.lookup(0)
    if slot is not None:
        bpf_timer_init(slot.timer, slots, 1)
        bpf_timer_set_callback(slot.timer, expired)
    return XDP_PASS
