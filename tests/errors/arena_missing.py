"""Pointers into an arena, and no arena."""

from pybpfc import Struct, data, syscall, u64

LICENSE = "GPL"


class Node(Struct):
    value: u64
    next: "Node | None"


class Request(Struct):
    address: u64


head: Node | None = data(None)


@syscall
def prog(request: Request) -> int:
    node = head
    if node is not None:
        node.value = request.address
    return 0
