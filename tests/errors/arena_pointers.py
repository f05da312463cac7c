"""What may be kept in an arena, and what may be made of pointers into one."""

from pybpfc import Arena, ArrayMap, Struct, bpf_spin_lock, cast, copy, ptr, syscall, u32, u64
from pybpfc.helpers import bpf_get_current_comm, bpf_probe_read_kernel
from pybpfc.vmlinux import task_struct

LICENSE = "GPL"


class Node(Struct):
    value: u64
    next: "Node | None"


class Request(Struct):
    address: u64


class Locked(Struct):
    lock: bpf_spin_lock
    value: u64


arena = Arena(max_entries=16)
nodes = ArrayMap[Node](max_entries=4)


@syscall
def prog(request: Request) -> int:
    node = arena.at(request.address, Node)
    arena.at(request.address, Locked)
    arena.at(request.address, task_struct)
    arena.at(request.address)
    arena.at(node, Node)
    arena.lookup(3)
    if node is None:
        return 1
    cast(task_struct, node)
    kept = nodes.lookup(1)
    if kept is None:
        return 1
    node.next = kept
    kept.next = node
    node = kept
    node.next = request.address
    node.next = copy(node)
    bpf_get_current_comm(node)
    bpf_probe_read_kernel(ptr(node.value), request.address)
    node += 8
    node.next.value = 1
    return u32(node)
