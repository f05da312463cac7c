"""Pointers into arenas: what checkers make of `arena.at` and of fields that may be None."""

from typing import Annotated

from pybpfc import Arena, Array, Ptr, Struct, data, syscall, u32, u64
from pybpfc.kfuncs import bpf_arena_alloc_pages

LICENSE = "GPL"


class Node(Struct):
    value: u32
    next: "Node | None"
    hits: Ptr[u64] | None
    others: Annotated[Array["Node | None"], 4]


class Request(Struct):
    address: u64
    value: u32


arena = Arena(max_entries=16)
head: Node | None = data(None)


@syscall
def walk(request: Request) -> int:
    global head
    page = bpf_arena_alloc_pages(arena, None, 1, -1)
    node = arena.at(page, Node)
    count = arena.at(request.address, u64)
    if node is None or count is None:
        return 1
    count.value += 1
    node.hits = count
    node.next = head
    head = node
    following = node.next
    for i in range(4):
        other = node.others[i]
        if other is not None:
            request.value += other.value
    if following is not None:
        request.value += following.value
    return 0
