"""A scheduler by weights that fills most members of its table: what they take, give back and may write."""

from pybpfc import BPF_F_LINK, StructOpsMap, bpf_for_each, data, s32, struct_ops, u32, u64
from pybpfc.kfuncs import (
    scx_bpf_create_dsq,
    scx_bpf_destroy_dsq,
    scx_bpf_dsq_insert_vtime,
    scx_bpf_dsq_move,
    scx_bpf_dsq_move_set_slice,
    scx_bpf_dsq_move_to_local,
)
from pybpfc.vmlinux import (
    SCX_DSQ_LOCAL,
    SCX_OPS_ENQ_LAST,
    SCX_OPS_SWITCH_PARTIAL,
    SCX_SLICE_DFL,
    cgroup,
    cpumask,
    sched_ext_ops,
    scx_cgroup_init_args,
    scx_dump_ctx,
    scx_exit_info,
    scx_exit_task_args,
    scx_init_task_args,
    task_struct,
)

LICENSE = "GPL"
SHARED = 7

now: u64 = data(0)
enabled: u64 = data(0)
forked: u64 = data(0)
ran: u64 = data(0)
groups: u64 = data(0)
masks: u64 = data(0)
yielded: u64 = data(0)
chosen: u64 = data(0)
exited: u64 = data(0)
idle_changes: u64 = data(0)
dumped_cpu: s32 = data(-1)
end_kind: u32 = data(0)


@struct_ops
def enqueue(p: task_struct, enq_flags: u64) -> None:
    vtime = p.scx.dsq_vtime
    if vtime < now - SCX_SLICE_DFL:
        vtime = now - SCX_SLICE_DFL
    scx_bpf_dsq_insert_vtime(p, SHARED, SCX_SLICE_DFL, vtime, enq_flags)


@struct_ops
def dispatch(cpu: s32, prev: task_struct | None) -> None:
    global chosen
    for p in bpf_for_each("scx_dsq", SHARED, 0):  # by hand where it can be: the first that may run here
        scx_bpf_dsq_move_set_slice(SCX_SLICE_DFL)
        if scx_bpf_dsq_move(p, SCX_DSQ_LOCAL, 0):
            chosen += 1
            return
    if not scx_bpf_dsq_move_to_local(SHARED) and prev is not None and prev.scx.weight > 0:
        prev.scx.slice = SCX_SLICE_DFL


@struct_ops
def running(p: task_struct) -> None:
    global now, ran
    ran += 1
    if now < p.scx.dsq_vtime:
        now = p.scx.dsq_vtime


@struct_ops
def stopping(p: task_struct, runnable: bool) -> None:
    if runnable:
        p.scx.dsq_vtime += (SCX_SLICE_DFL - min(p.scx.slice, SCX_SLICE_DFL)) * 100 // p.scx.weight


@struct_ops
def enable(p: task_struct) -> None:
    global enabled
    enabled += 1
    p.scx.dsq_vtime = now


@struct_ops
def set_weight(p: task_struct, weight: u32) -> None:
    pass


@struct_ops
def set_cpumask(p: task_struct, mask: cpumask) -> None:
    global masks
    masks += 1


@struct_ops
def update_idle(cpu: s32, idle: bool) -> None:
    global idle_changes
    idle_changes += 1


@struct_ops(name="yields")
def yield_(source: task_struct, to: task_struct | None) -> bool:
    global yielded
    yielded += 1
    if to is None:
        source.scx.slice = 0
    return False


@struct_ops(sleepable=True)
def init_task(p: task_struct, args: scx_init_task_args) -> int:
    global forked
    if args.fork:
        forked += 1
    return 0


@struct_ops
def exit_task(p: task_struct, args: scx_exit_task_args) -> None:
    global exited
    if not args.cancelled:
        exited += 1


@struct_ops(sleepable=True)
def cgroup_init(cgrp: cgroup, args: scx_cgroup_init_args) -> s32:
    global groups
    groups += 1
    return 0 if args.weight else -22


@struct_ops
def dump_cpu(context: scx_dump_ctx, cpu: s32, idle: bool) -> None:
    global dumped_cpu
    if not idle:
        dumped_cpu = cpu


@struct_ops(sleepable=True)
def init() -> int:
    return scx_bpf_create_dsq(SHARED, -1)


@struct_ops(sleepable=True)
def leave(info: scx_exit_info) -> None:
    global end_kind
    end_kind = info.kind
    scx_bpf_destroy_dsq(SHARED)


scheduler = StructOpsMap[sched_ext_ops](map_flags=BPF_F_LINK, values={
    "enqueue": enqueue, "dispatch": dispatch, "running": running, "stopping": stopping, "enable": enable,
    "set_weight": set_weight, "set_cpumask": set_cpumask, "update_idle": update_idle, "yield": yield_,
    "init_task": init_task, "exit_task": exit_task, "cgroup_init": cgroup_init, "dump_cpu": dump_cpu, "init": init,
    "exit": leave, "flags": SCX_OPS_SWITCH_PARTIAL | SCX_OPS_ENQ_LAST, "timeout_ms": 3000, "exit_dump_len": 4096,
    "dispatch_max_batch": 8, "name": "pybpfc_weighted"})
