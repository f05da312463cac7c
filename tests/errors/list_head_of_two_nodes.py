"""A list's head says which objects it holds by which field, and has a lock beside it."""

from pybpfc import ArrayMap, Struct, bpf_list_head, bpf_list_node, bpf_spin_lock, u64


class Request(Struct):
    number: u64


class Job(Struct):
    link: bpf_list_node


class Pair(Struct):
    one: bpf_list_node
    two: bpf_list_node


class Queue(Struct):
    lock: bpf_spin_lock
    jobs: bpf_list_head[Pair]


queues = ArrayMap[Queue](max_entries=1)
