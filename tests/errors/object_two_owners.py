"""An object for a list and a tree needs a count of its owners."""

from pybpfc import Struct, bpf_list_node, bpf_rb_node, syscall, u64
from pybpfc.kfuncs import bpf_obj_drop, bpf_obj_new

LICENSE = "GPL"


class Request(Struct):
    number: u64


class Job(Struct):
    link: bpf_list_node
    in_order: bpf_rb_node


@syscall
def prog(request: Request) -> int:
    job = bpf_obj_new(Job)
    if job is None:
        return 1
    bpf_obj_drop(job)
    return 0
