"""Each section is left once on every path, the inner one first."""

from pybpfc import IrqFlags, s64, tp_btf, u64
from pybpfc.kfuncs import (
    bpf_local_irq_restore,
    bpf_local_irq_save,
    bpf_preempt_disable,
    bpf_preempt_enable,
    bpf_rcu_read_lock,
    bpf_rcu_read_unlock,
)

LICENSE = "GPL"


@tp_btf("sys_enter")
def interrupts_stay_off(regs: u64, number: s64) -> int:
    flags = IrqFlags()
    bpf_local_irq_save(flags)
    if number == 1:
        return 0
    bpf_local_irq_restore(flags)
    return 0


@tp_btf("sys_enter")
def other_flags(regs: u64, number: s64) -> int:
    outer, inner = IrqFlags(), IrqFlags()
    bpf_local_irq_save(outer)
    bpf_local_irq_save(inner)
    bpf_local_irq_restore(outer)
    bpf_local_irq_restore(inner)
    return 0


@tp_btf("sys_enter")
def one_too_few(regs: u64, number: s64) -> int:
    bpf_preempt_disable()
    bpf_preempt_disable()
    bpf_preempt_enable()
    return 0


@tp_btf("sys_enter")
def one_too_many(regs: u64, number: s64) -> int:
    bpf_rcu_read_lock()
    bpf_rcu_read_unlock()
    if number == 1:
        bpf_rcu_read_unlock()
    return 0


@tp_btf("sys_enter")
def in_a_loop(regs: u64, number: s64) -> int:
    for _ in range(4):
        bpf_preempt_disable()
    bpf_preempt_enable()
    return 0
