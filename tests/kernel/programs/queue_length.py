"""A list and a tree beside a lock, where no program names what they hold: other objects fill them, from a pinned map."""

from pybpfc import (
    ArrayMap,
    Struct,
    bpf_list_head,
    bpf_list_node,
    bpf_rb_node,
    bpf_rb_root,
    bpf_spin_lock,
    s32,
    syscall,
    u32,
    u64,
)

LICENSE = "GPL"


class Request(Struct):
    number: u64


class Job(Struct):
    number: u64
    link: bpf_list_node


class Plan(Struct):
    number: u64
    node: bpf_rb_node


class Queue(Struct):
    lock: bpf_spin_lock
    length: u32
    jobs: bpf_list_head[Job]
    plans: bpf_rb_root[Plan]


queues = ArrayMap[Queue](max_entries=1)


@syscall
def grow(ctx: Request) -> s32:
    queue = queues.lookup(0)
    if queue is None:
        return -1
    with bpf_spin_lock(queue.lock):
        queue.length += u32(ctx.number)
    return 0
