"""A tracepoint's context is read only, and its arrays by a probe: the kernel's BTF says where they are."""

from typing import Annotated

from pybpfc import HashMap, Str, Struct, copy, s32, tracepoint, u64
from pybpfc.vmlinux import trace_event_raw_sched_switch, trace_event_raw_sys_enter

LICENSE = "GPL"


class Key(Struct):
    comm: Annotated[Str, 16]


counts = HashMap[Key, u64](max_entries=64)


@tracepoint("sched", "sched_switch")
def switched(ctx: trace_event_raw_sched_switch) -> int:
    key = Key.zero()
    key.comm = ctx.next_comm
    counts[key] += 1
    if ctx.prev_comm == "swapper/0" or ctx.prev_comm.startswith("kworker"):
        return 0
    ctx.next_pid = s32(3)
    return 0


@tracepoint("syscalls", "sys_enter_openat")
def entered(ctx: trace_event_raw_sys_enter) -> int:
    arguments = copy(ctx.args)
    total = arguments[0] + ctx.args[1]
    for i in range(6):
        total += ctx.args[i]
    ctx.args[0] = total
    return 0
