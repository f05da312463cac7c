"""What orders a tree takes two of its objects and returns a bool."""

from pybpfc import ArrayMap, Struct, bpf_rb_node, bpf_rb_root, bpf_spin_lock, callback, syscall, u64
from pybpfc.kfuncs import bpf_obj_new, bpf_rbtree_add

LICENSE = "GPL"


class Request(Struct):
    number: u64


class Job(Struct):
    number: u64
    node: bpf_rb_node


class Agenda(Struct):
    lock: bpf_spin_lock
    root: bpf_rb_root[Job]


agendas = ArrayMap[Agenda](max_entries=1)


@callback
def number(a: Job, b: Job) -> int:
    return 0


@callback
def other(a: Request, b: Request) -> bool:
    return a.number < b.number


@syscall
def prog(request: Request) -> int:
    agenda = agendas.lookup(0)
    if agenda is None:
        return 1
    job = bpf_obj_new(Job)
    if job is None:
        return 2
    with bpf_spin_lock(agenda.lock):
        bpf_rbtree_add(agenda.root, job, number)
        bpf_rbtree_add(agenda.root, job, other)
    return 0
