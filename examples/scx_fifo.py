"""A CPU scheduler: one queue for all tasks and processors, first come, first served (sched_ext, Linux 6.12 and later).

Run as root: `pybpfc run examples/scx_fifo.py` or `python examples/scx_fifo.py`. From then on it schedules every task of
the ordinary policies; the kernel goes back to its own scheduler when the program ends, when a task waits for 5 s, or on
SysRq-S. One queue does well on a machine with few processors and one cache, as scx_simple of the kernel's tools, of
which this is the first half.
"""
from enum import IntEnum
from typing import Annotated

from pybpfc import (
    BPF_F_LINK,
    PerCpuArray,
    Str,
    Struct,
    StructOpsMap,
    data,
    inline,
    kfunc_exists,
    s32,
    struct_ops,
    u32,
    u64,
)
from pybpfc.helpers import bpf_probe_read_kernel_str
from pybpfc.kfuncs import (
    scx_bpf_consume,
    scx_bpf_create_dsq,
    scx_bpf_dispatch,
    scx_bpf_dsq_insert,
    scx_bpf_dsq_move_to_local,
    scx_bpf_select_cpu_dfl,
)
from pybpfc.vmlinux import SCX_DSQ_LOCAL, SCX_SLICE_DFL, sched_ext_ops, scx_exit_info, task_struct

LICENSE = "GPL"

SHARED = 0  # the number of the queue: any below 2^63


class Count(IntEnum):
    TO_IDLE = 0  # straight to a processor that had nothing to do
    QUEUED = 1
    TAKEN = 2  # a processor that had run out of tasks got one from the queue


class Found(Struct):
    is_idle: bool


class Exit(Struct):
    kind: s32  # enum scx_exit_kind: 0 while it runs, 64 to 69 a regular end, from 1024 on an error
    reason: Annotated[Str, 128]
    message: Annotated[Str, 256]


counts = PerCpuArray[u64](max_entries=len(Count))
left: Exit = data(Exit(kind=0, reason="", message=""))


@inline
def count(what: u32) -> None:
    slot = counts.lookup(what)
    if slot is not None:
        slot.value += 1


@inline
def insert(task: task_struct, queue: u64, flags: u64) -> None:
    """Put a task at the end of a queue. Linux 6.13 renamed the function: a kernel has one of the two."""
    if kfunc_exists(scx_bpf_dsq_insert):
        scx_bpf_dsq_insert(task, queue, SCX_SLICE_DFL, flags)
    elif kfunc_exists(scx_bpf_dispatch):
        scx_bpf_dispatch(task, queue, SCX_SLICE_DFL, flags)


@inline
def take(queue: u64) -> bool:
    """Move the first task of a queue to this processor's own."""
    if kfunc_exists(scx_bpf_dsq_move_to_local):
        return scx_bpf_dsq_move_to_local(queue)
    return kfunc_exists(scx_bpf_consume) and scx_bpf_consume(queue)


@struct_ops
def select_cpu(p: task_struct, prev_cpu: s32, wake_flags: u64) -> int:
    """A task wakes up: where would it run?"""
    found = Found(is_idle=False)
    cpu = scx_bpf_select_cpu_dfl(p, prev_cpu, wake_flags, found.is_idle)
    if found.is_idle:  # then there is nobody to wait for, and `enqueue` is not called
        count(Count.TO_IDLE)
        insert(p, SCX_DSQ_LOCAL, 0)
    return cpu


@struct_ops
def enqueue(p: task_struct, enq_flags: u64) -> None:
    """A task is ready to run."""
    count(Count.QUEUED)
    insert(p, SHARED, enq_flags)


@struct_ops
def dispatch(cpu: s32, prev: task_struct | None) -> None:
    """A processor has no task left."""
    if take(SHARED):
        count(Count.TAKEN)


@struct_ops(sleepable=True)
def init() -> int:
    return scx_bpf_create_dsq(SHARED, -1)  # on any NUMA node


@struct_ops(name="leave")
def exit_(info: scx_exit_info) -> None:
    """The scheduler was taken out, by its owner or by the kernel. Behind this nothing of it runs."""
    left.kind = s32(info.kind)
    bpf_probe_read_kernel_str(left.reason, info.reason)
    bpf_probe_read_kernel_str(left.message, info.msg)


scheduler = StructOpsMap[sched_ext_ops](map_flags=BPF_F_LINK, values={
    "select_cpu": select_cpu, "enqueue": enqueue, "dispatch": dispatch, "init": init, "exit": exit_,
    "timeout_ms": 5000, "name": "pybpfc_fifo"})


if __name__ == "__main__":
    import time

    import pybpfc

    with pybpfc.load() as bpf:
        with bpf.attach_all():
            for _ in range(10):
                time.sleep(1)
                to_idle, queued, taken = (sum(values) for values in bpf.map(counts).values())
                print(f"{to_idle:>10} to an idle processor {queued:>10} queued {taken:>10} taken")
                if bpf.globals.left.kind:
                    break
        print(bpf.globals.left.reason, bpf.globals.left.message)
