"""Whether interrupts were on is kept in a local of a type of its own."""

from pybpfc import IrqFlags, Struct, s64, tp_btf, u64
from pybpfc.kfuncs import bpf_local_irq_restore, bpf_local_irq_save

LICENSE = "GPL"


class Kept(Struct):
    flags: IrqFlags


@tp_btf("sys_enter")
def no_flags(regs: u64, number: s64) -> int:
    bpf_local_irq_save()
    bpf_local_irq_restore(number)
    with bpf_local_irq_save(number):
        return 0
