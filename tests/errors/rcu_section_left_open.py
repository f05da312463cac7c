"""The bare calls are followed like any resource."""

from pybpfc import s64, tp_btf, u64
from pybpfc.kfuncs import bpf_rcu_read_lock, bpf_rcu_read_unlock

LICENSE = "GPL"


@tp_btf("sys_enter")
def prog(regs: u64, number: s64) -> int:
    bpf_rcu_read_lock()
    if number == 1:
        return 0
    bpf_rcu_read_unlock()
    return 0
