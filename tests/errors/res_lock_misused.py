"""Taking such a lock may fail, and the verifier follows both outcomes."""

from pybpfc import ArrayMap, Struct, bpf_res_spin_lock, s64, tp_btf, u64
from pybpfc.kfuncs import bpf_res_spin_unlock

LICENSE = "GPL"


class Value(Struct):
    runs: u64
    lock: bpf_res_spin_lock


values = ArrayMap[Value](max_entries=2)


@tp_btf("sys_enter")
def not_looked_at(regs: u64, number: s64) -> int:
    value = values.lookup(0)
    if value is None:
        return 0
    bpf_res_spin_lock(value.lock)
    value.runs += 1
    bpf_res_spin_unlock(value.lock)
    return 0


@tp_btf("sys_enter")
def never_given_back(regs: u64, number: s64) -> int:
    value = values.lookup(0)
    if value is None or bpf_res_spin_lock(value.lock) < 0:
        return 0
    if number == 1:
        return 0
    bpf_res_spin_unlock(value.lock)
    return 0


@tp_btf("sys_enter")
def where_it_failed(regs: u64, number: s64) -> int:
    value = values.lookup(0)
    if value is not None:
        error = bpf_res_spin_lock(value.lock)
        if error != 0:
            bpf_res_spin_unlock(value.lock)
    return 0


@tp_btf("sys_enter")
def other_order(regs: u64, number: s64) -> int:
    first, second = values.lookup(0), values.lookup(1)
    if first is None or second is None or bpf_res_spin_lock(first.lock):
        return 0
    if not bpf_res_spin_lock(second.lock):
        bpf_res_spin_unlock(first.lock)
        bpf_res_spin_unlock(second.lock)
        return 0
    bpf_res_spin_unlock(first.lock)
    return 0
