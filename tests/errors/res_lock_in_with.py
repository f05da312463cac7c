"""A lock that may not be taken is no section."""

from pybpfc import ArrayMap, Struct, bpf_res_spin_lock, s64, tp_btf, u64

LICENSE = "GPL"


class Value(Struct):
    runs: u64
    lock: bpf_res_spin_lock


values = ArrayMap[Value](max_entries=2)



@tp_btf("sys_enter")
def as_a_section(regs: u64, number: s64) -> int:
    value = values.lookup(0)
    if value is not None:
        with bpf_res_spin_lock(value.lock):
            value.runs += 1
    return 0
