"""A pointer that a program finds may lead into either arena of the module."""

from pybpfc import Arena, Struct, data, syscall, u64

LICENSE = "GPL"


class Node(Struct):
    value: u64
    next: "Node | None"


class Request(Struct):
    address: u64


first = Arena(max_entries=16)
second = Arena(max_entries=16)
head: Node | None = data(None)


@syscall
def prog(request: Request) -> int:
    node = head
    if node is not None:
        request.address = node.value
    return 0


@syscall
def clear(request: Request) -> int:
    node = second.at(request.address, Node)
    if node is not None and node.next is not None:
        node.value = 1
    return 0
