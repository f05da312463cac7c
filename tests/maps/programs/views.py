"""Maps of many kinds for the views; the program counts packets in some of them."""

from typing import Annotated

from pybpfc import *

LICENSE = "GPL"
BPF_F_MMAPABLE = 1 << 10


class Count(Struct):
    packets: u64
    bytes: u64
    sizes: Annotated[Array[u32], 2]


class Locked(Struct):
    lock: bpf_spin_lock
    value: u64


class Endpoint(Struct):
    address: Annotated[Array[u8], 16]
    source: be32
    port: be16


counts = HashMap[u32, Count](max_entries=64)
locked = HashMap[u32, Locked](max_entries=8)
shared = ArrayMap[Count](max_entries=100, map_flags=BPF_F_MMAPABLE)
words = ArrayMap[u32](max_entries=5, map_flags=BPF_F_MMAPABLE)
percpu = PerCpuHashMap[u32, Count](max_entries=8)
endpoints = HashMap[Endpoint, u32](max_entries=8)
bloom = BloomFilter[u32](max_entries=100)
sockets = SkStorage[Count]()
tasks = TaskStorage[Count]()
inodes = InodeStorage[Count]()
groups = CgrpStorage[Count]()
socket_map = SockMap(max_entries=4)
devices = DevMap[u32](max_entries=4)
stacks = StackTrace(max_entries=16, depth=8)
steps = ProgArray[xdp_md](max_entries=4)
seen: u64 = data(0)


@xdp
def count(ctx: xdp_md) -> int:
    global seen
    seen += 1
    place = shared.lookup(3)
    if place is not None:
        place.packets += 1
        place.bytes += ctx.data_end - ctx.data
    word = words.lookup(4)
    if word is not None:
        word.value += 2
    mine = percpu.lookup(1)
    if mine is not None:
        mine.packets += 1
        mine.sizes[1] += 3
    return XDP_PASS
