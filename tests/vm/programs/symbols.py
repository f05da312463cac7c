"""What a kernel provides by name, and functions that older ones lack."""

from __future__ import annotations

from pybpfc import (
    KERNEL_VERSION,
    XDP_PASS,
    Struct,
    core_read,
    data,
    kconfig,
    kfunc_exists,
    ksym,
    s32,
    u32,
    u64,
    xdp,
    xdp_md,
)
from pybpfc.helpers import bpf_jiffies64, bpf_per_cpu_ptr, bpf_this_cpu_ptr
from pybpfc.kfuncs import bpf_rcu_read_lock, bpf_rcu_read_unlock
from pybpfc.vmlinux import rq, task_struct

LICENSE = "GPL"

LINUX_KERNEL_VERSION: u32 = kconfig("LINUX_KERNEL_VERSION", u32)
hz: u32 = kconfig("CONFIG_HZ", u32, optional=True)  # a guest need not have a configuration file
jiffies: u64 = ksym("jiffies", u64)
init_task: task_struct = ksym("init_task", task_struct)
runqueues: rq = ksym("runqueues", rq)


class Answer(Struct):
    jiffies_apart: u64
    version: u32
    modern: u32
    hz: u32
    has_rcu_section: u32
    init_pid: s32
    init_letter: u32
    this_cpu: s32
    first_cpu: s32
    no_cpu: u32


answer: Answer = data(0)


@xdp
def ask(ctx: xdp_md) -> int:
    answer.version = LINUX_KERNEL_VERSION
    answer.modern = u32(KERNEL_VERSION(6, 2, 0) <= LINUX_KERNEL_VERSION)
    answer.hz = hz
    answer.jiffies_apart = bpf_jiffies64() - jiffies
    answer.init_pid = core_read(init_task.tgid) + 1
    answer.init_letter = core_read(init_task.comm[0])
    answer.this_cpu = bpf_this_cpu_ptr(runqueues).cpu
    first = bpf_per_cpu_ptr(runqueues, 0)
    answer.first_cpu = first.cpu if first is not None else -1
    answer.no_cpu = u32(bpf_per_cpu_ptr(runqueues, 12345) is None)
    if kfunc_exists(bpf_rcu_read_lock) and kfunc_exists(bpf_rcu_read_unlock):
        bpf_rcu_read_lock()
        answer.has_rcu_section = 1
        bpf_rcu_read_unlock()
    return XDP_PASS
