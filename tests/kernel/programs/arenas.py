"""A hash table in an arena: chains of items, numbers behind pointers, a global subprogram that walks a chain."""

from typing import Annotated

from pybpfc import Arena, Array, HashMap, Ptr, Str, Struct, atomic_add, atomic_cmpxchg, bits, bpf_for, cast, copy, data, \
    global_subprog, sizeof, subprog, syscall, u8, u32, u64
from pybpfc.kfuncs import bpf_arena_alloc_pages, bpf_arena_free_pages

LICENSE = "GPL"

PAGE = 4096
PAGES = 8


class Item(Struct):
    key: u32
    count: u64
    flags: Annotated[u8, bits(3)]
    kind: Annotated[u8, bits(5)]
    name: Annotated[Str, 16]
    next: "Item | None"


class Start(Struct):
    key: u32


class Table(Struct):
    size: u64
    chains: Annotated[Array[Item | None], 8]
    total: Ptr[u64] | None
    grid: Annotated[Array[Annotated[Array[u32], 4]], 4]


class Request(Struct):
    key: u32
    answer: u32
    sum: u64


arena = Arena(max_entries=64)
table: Table | None = data(None)
seen = HashMap[u32, Item](max_entries=4)
memory: u64 = data(0)
used: u64 = data(0)


@subprog
def place(size: u64) -> u64:
    """An address for so many bytes; 0 where the pages are full."""
    global memory, used
    if memory == 0:
        memory = bpf_arena_alloc_pages(arena, None, PAGES, -1)
    if memory == 0 or used + size > PAGES * PAGE:
        return 0
    given = memory + used
    used += (size + 7) & ~7
    return given


@subprog
def make_item(key: u32, following: Item | None) -> Item | None:
    item = arena.at(place(sizeof(Item)), Item)
    if item is None:
        return None
    item.key = key
    item.count = 0
    item.flags = 5
    item.kind = 17
    item.name = b"item"
    item.next = following
    return item


@global_subprog
def length(item: Item | None) -> u32:
    found: u32 = 0
    for _ in range(16):
        if item is None:
            break
        found += 1
        item = item.next
    return found


@syscall
def count(request: Request) -> int:
    global table
    now = table
    if now is None:
        now = arena.at(place(sizeof(Table)), Table)
        if now is None:
            return 1
        table = now
        now.size = 0
        now.total = arena.at(place(8), u64)
    chain = request.key & 7
    item = now.chains[chain]
    for _ in bpf_for(0, 16):
        if item is None or item.key == request.key:
            break
        item = item.next
    if item is None:
        item = make_item(request.key, now.chains[chain])
        if item is None:
            return 2
        now.chains[chain] = item
        now.size += 1
    item.count += 1
    atomic_add(item.count, 1)
    before = atomic_cmpxchg(now.size, 100, 5)
    total = now.total
    if total is not None:
        total.value += 3
    now.grid[request.key & 3][1] = u32(before)
    request.sum = item.count + now.grid[request.key & 3][1]
    request.answer = length(now.chains[chain]) | (u32(item.flags) << 8) | (u32(item.kind) << 16)
    seen[request.key] = item
    if item.name == "item" and item.name.startswith("it"):
        request.answer |= 1 << 24
    kept = copy(item)
    kept.count += 1000
    same = seen.lookup(request.key)
    if same is not None and same == item and kept != item and cast(Start, item).key == request.key:
        request.answer |= 1 << 25
    item.name, kept.name = kept.name, item.name
    return 0


@syscall
def sum_up(request: Request) -> int:
    """Follows pointers that it finds: its instructions would not name the arena."""
    now = table
    request.sum = 0
    if now is None:
        return 1
    for chain in range(8):
        item = now.chains[chain]
        for _ in range(8):
            if item is None:
                break
            request.sum += item.count
            item = item.next
    return 0


@syscall
def give_back(request: Request) -> int:
    """The pages are gone: what was in them reads as zeros, and takes no stores."""
    global memory
    now = table
    if now is None:
        return 1
    bpf_arena_free_pages(arena, memory, PAGES)
    memory = 0
    now.chains[1] = now.chains[3]
    return 0
