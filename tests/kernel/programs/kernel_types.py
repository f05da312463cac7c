from typing import Annotated
from pybpfc import *
from pybpfc.helpers import bpf_get_current_task, bpf_get_current_task_btf, bpf_get_current_pid_tgid
from pybpfc.vmlinux import task_struct, trace_event_raw_sys_enter, pid_type, mm_struct
LICENSE="GPL"
out = ArrayMap[u64](max_entries=32)
only: u32 = rodata(0)
class task_struct___old(KernelStruct):
    state: s64
class no_such(KernelStruct):
    x: u32
class Comm(Struct):
    text: Annotated[Str, 16]
comms = ArrayMap[Comm](max_entries=1)
@tracepoint("syscalls", "sys_enter_openat")
def on(ctx: trace_event_raw_sys_enter) -> int:
    if only and u32(bpf_get_current_pid_tgid() >> 32) != only:
        return 0
    task = bpf_get_current_task()
    out[0] = u64(core_read(task.tgid))
    out[1] = u64(core_read(task.real_parent.tgid))
    out[2] = core_read(task.mm.total_vm)
    out[3] = u64(field_exists(task.real_parent))
    old = cast(task_struct___old, task)
    out[4] = u64(field_exists(old.state))
    out[5] = u64(field_size(task.comm))
    out[6] = u64(type_exists(mm_struct))
    out[7] = u64(type_exists(no_such))
    out[8] = u64(type_size(task_struct))
    out[9] = u64(enum_value_exists(pid_type.PIDTYPE_TGID))
    out[10] = enum_value(pid_type.PIDTYPE_TGID)
    out[11] = u64(core_read(task.in_execve))
    c = comms.lookup(0)
    if c is not None:
        core_read_str(c.text, task.comm)
    out[12] = u64(ctx.id)
    return 0
@raw_tracepoint("sys_enter")
def bt(ctx: bpf_raw_tracepoint_args) -> int:
    if only and u32(bpf_get_current_pid_tgid() >> 32) != only:
        return 0
    t = bpf_get_current_task_btf()
    out[20] = u64(t.tgid)
    out[21] = u64(t.real_parent.tgid)
    out[22] = t.mm.total_vm
    out[23] = u64(t.in_execve)
    out[24] = u64(t.sched_reset_on_fork)
    out[25] = u64(t.comm[0])
    return 0
