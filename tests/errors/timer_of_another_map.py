"""Timers, work queues and task works are set up for the map that their value is in: on every path, and through calls."""

from pybpfc import (
    ArrayMap,
    HashMap,
    Ptr,
    Struct,
    __sk_buff,
    bpf_perf_event_data,
    bpf_task_work,
    bpf_timer,
    bpf_wq,
    callback,
    inline,
    perf_event,
    subprog,
    tc,
    u32,
    u64,
)
from pybpfc.helpers import bpf_get_current_task_btf, bpf_timer_init
from pybpfc.kfuncs import bpf_task_work_schedule_signal, bpf_wq_init

LICENSE = "GPL"


class Alarm(Struct):
    rounds: u64
    timers: bpf_timer


class Work(Struct):
    rounds: u64
    work: bpf_wq


class Task(Struct):
    rounds: u64
    work: bpf_task_work


alarms = HashMap[u32, Alarm](max_entries=4)
others = ArrayMap[Alarm](max_entries=4)
works = HashMap[u32, Work](max_entries=4)
more = HashMap[u32, Work](max_entries=4)
tasks = HashMap[u32, Task](max_entries=4)
late = HashMap[u32, Task](max_entries=4)


@subprog
def find(key: u32) -> Alarm | None:
    return others.lookup(key)


@subprog
def either(alarm: Alarm) -> Alarm:
    return alarm


@subprog
def set_up(alarm: Alarm) -> None:
    bpf_timer_init(alarm.timers, alarms, 1)


@inline
def set_up_here(alarm: Alarm) -> None:
    bpf_timer_init(alarm.timers, alarms, 1)


@tc
def directly(ctx: __sk_buff) -> int:
    alarm = alarms.lookup(5)
    if alarm is None:
        return 0
    bpf_timer_init(alarm.timers, others, 1)
    work = works.lookup(5)
    if work is not None:
        bpf_wq_init(work.work, more, 0)
    return 0


@callback
def worked(map: HashMap[u32, Task], key: Ptr[u32], task: Task) -> int:
    return 0


@perf_event
def for_a_task(ctx: bpf_perf_event_data) -> int:
    task = tasks.lookup(1)
    if task is not None:
        bpf_task_work_schedule_signal(bpf_get_current_task_btf(), task.work, late, worked)
    return 0


@tc
def through_calls(ctx: __sk_buff) -> int:
    alarm = find(1)
    if alarm is None:
        return 0
    set_up(alarm)
    set_up_here(alarm)
    bpf_timer_init(either(alarm).timers, alarms, 1)
    return 0


@tc
def on_both_paths(ctx: __sk_buff) -> int:
    alarm: Alarm | None = None
    mark = ctx.mark
    if mark == 1:
        alarm = alarms.lookup(1)
    else:
        alarm = others.lookup(1)
    if alarm is not None and mark == 1:  # the verifier knows which of the two it is
        bpf_timer_init(alarm.timers, alarms, 1)
    return 0


@tc
def right(ctx: __sk_buff) -> int:
    alarm = others.lookup(1)
    if alarm is not None:
        bpf_timer_init(either(alarm).timers, others, 1)
    alarm = alarms.lookup(1)
    if alarm is not None:
        bpf_timer_init(alarm.timers, alarms, 1)
        set_up(alarm)
        set_up_here(alarm)
    return 0
