"""Configuration values of every kind, the kernel's version, addresses, symbols that may be missing."""

from __future__ import annotations

from typing import Annotated

from pybpfc import (
    KERNEL_VERSION,
    XDP_PASS,
    Str,
    Struct,
    bpf_ksym_exists,
    core_read,
    data,
    kconfig,
    ksym,
    libbpf_tristate,
    s32,
    u8,
    u32,
    u64,
    xdp,
    xdp_md,
)
from pybpfc.helpers import bpf_jiffies64
from pybpfc.vmlinux import task_struct

LICENSE = "GPL"

LINUX_KERNEL_VERSION: u32 = kconfig("LINUX_KERNEL_VERSION", u32)
hz: u32 = kconfig("CONFIG_HZ", u32)
has_bpf: bool = kconfig("CONFIG_BPF", bool)
net: libbpf_tristate = kconfig("CONFIG_NET", libbpf_tristate)
letter: u8 = kconfig("CONFIG_BPF_SYSCALL", u8)
compiler: Annotated[Str, 64] = kconfig("CONFIG_CC_VERSION_TEXT", Annotated[Str, 64])
nothing: u64 = kconfig("CONFIG_THAT_NO_KERNEL_HAS", u64, optional=True)

jiffies: u64 = ksym("jiffies", u64, optional=True)  # kernels without CONFIG_KALLSYMS_ALL do not name it
schedule: u64 = ksym("schedule")
no_symbol: u64 = ksym("no_symbol_has_this_name", optional=True)
no_variable: u64 = ksym("no_variable_has_this_name", u64, optional=True)
init_task: task_struct = ksym("init_task", task_struct, optional=True)


class Answer(Struct):
    version: u32
    hz: u32
    has_bpf: bool
    modern: bool
    letter: u8
    net: s32
    compiler: Annotated[Str, 64]
    nothing: u64
    schedule: u64
    no_symbol: u64
    no_variable: u64
    exists: u32
    init_pid: s32
    init_letter: u8
    jiffies_apart: u64  # the last: it differs from one run to the next


answer: Answer = data(0)


@xdp
def ask(ctx: xdp_md) -> int:
    answer.version = LINUX_KERNEL_VERSION
    answer.modern = LINUX_KERNEL_VERSION >= KERNEL_VERSION(5, 8, 0)
    answer.hz = hz
    answer.has_bpf = has_bpf
    answer.net = s32(net)
    answer.letter = letter
    answer.compiler = compiler
    answer.nothing = nothing
    answer.jiffies_apart = bpf_jiffies64() - jiffies
    answer.schedule = schedule
    answer.no_symbol = no_symbol
    answer.no_variable = no_variable
    answer.exists = u32(bpf_ksym_exists(schedule)) + 2 * u32(bpf_ksym_exists(no_symbol)) \
        + 4 * u32(bpf_ksym_exists(jiffies)) + 8 * u32(bpf_ksym_exists(init_task))
    answer.init_pid = core_read(init_task.tgid) + 1
    answer.init_letter = core_read(init_task.comm[0])
    return XDP_PASS
