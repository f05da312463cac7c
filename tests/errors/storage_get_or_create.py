from pybpfc import TaskStorage, tp_btf, u32, u64, Struct
from pybpfc.helpers import bpf_get_current_task_btf
LICENSE = "GPL"
counts = TaskStorage[u64]()
@tp_btf("sched_switch")
def f() -> int:
    x = counts.get_or_create(bpf_get_current_task_btf())
    return 0
