"""Who exits, and who were its parents: CO-RE reads of task_struct."""
from pybpfc import RingBuf, Struct, core_read, fentry, kprobe, pt_regs, s32, s64, u64
from pybpfc.helpers import bpf_get_current_task_btf
from pybpfc.vmlinux import filename, task_struct

LICENSE = "GPL"


class Lineage(Struct):
    pid: s32
    ppid: s32
    code: s32
    vm_pages: u64


lineage = RingBuf[Lineage](max_entries=64 * 1024)


@fentry("do_exit")
def on_exit(code: s64) -> int:
    task: task_struct = bpf_get_current_task_btf()
    record = lineage.reserve()
    if record is None:
        return 0
    record.pid = task.tgid
    record.ppid = task.real_parent.tgid
    record.code = s32(code >> 8) & 0xFF
    mm = task.mm
    record.vm_pages = mm.total_vm if mm is not None else 0
    lineage.submit(record)
    return 0


@kprobe("do_unlinkat")
def on_unlink(ctx: pt_regs, dfd: s32, name: filename) -> int:
    print(f"unlink {core_read(name.name):s}")
    return 0
