"""A function that takes the iterator of a loop, where there is none of its kind."""

from pybpfc import StructOpsMap, bpf_for_each, s32, struct_ops
from pybpfc.kfuncs import scx_bpf_dsq_move
from pybpfc.vmlinux import SCX_DSQ_LOCAL, sched_ext_ops, task_struct

LICENSE = "GPL"


@struct_ops
def dispatch(cpu: s32, prev: task_struct | None) -> None:
    if prev is not None:
        scx_bpf_dsq_move(prev, SCX_DSQ_LOCAL, 0)
    for task in bpf_for_each("task", None, 0):
        scx_bpf_dsq_move(task, SCX_DSQ_LOCAL, 0)
    for task in bpf_for_each("scx_dsq", 7, 0):
        scx_bpf_dsq_move(task, SCX_DSQ_LOCAL, 0)


scheduler = StructOpsMap[sched_ext_ops](values={"dispatch": dispatch, "name": "no_loop"})
