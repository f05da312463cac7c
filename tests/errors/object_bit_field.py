"""What the kernel demands of structs with its objects in them is asked before it refuses the whole object file."""

from typing import Annotated

from pybpfc import ArrayMap, Struct, bits, bpf_list_head, bpf_list_node, bpf_spin_lock, u32


class Job(Struct):
    kind: Annotated[u32, bits(5)]
    state: Annotated[u32, bits(3)]
    link: bpf_list_node


class Queue(Struct):
    lock: bpf_spin_lock
    jobs: bpf_list_head[Job]


queues = ArrayMap[Queue](max_entries=1)
