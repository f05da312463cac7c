"""Who exits, who was its parent, and what is unlinked: trusted reads in fentry, CO-RE probe reads in a kprobe."""
from typing import Annotated

from pybpfc import HashMap, Str, Struct, core_read, core_read_str, fentry, kprobe, pt_regs, s32, s64, u32, u64
from pybpfc.helpers import bpf_get_current_pid_tgid, bpf_get_current_task, bpf_get_current_task_btf
from pybpfc.vmlinux import dentry, inode, task_struct

LICENSE = "GPL"


class Lineage(Struct):
    ppid: s32
    code: s32
    vm_pages: u64


class Unlinked(Struct):
    name: Annotated[Str, 64]
    ppid: s32


exits = HashMap[s32, Lineage](max_entries=64)
unlinked = HashMap[u32, Unlinked](max_entries=64)


@fentry("do_exit")
def on_exit(code: s64) -> int:
    task: task_struct = bpf_get_current_task_btf()
    mm = task.mm
    pages = mm.total_vm if mm is not None else 0
    exits.update(task.tgid, Lineage(ppid=task.real_parent.tgid, code=s32(code >> 8) & 0xFF, vm_pages=pages))
    return 0


@kprobe("security_inode_unlink")                   # do_unlinkat is gone from 7.x; security hooks last
def on_unlink(ctx: pt_regs, dir: inode, entry: dentry) -> int:
    record = Unlinked.zero()
    core_read_str(record.name, entry.d_name.name)
    record.ppid = core_read(bpf_get_current_task().real_parent.tgid)
    unlinked.update(u32(bpf_get_current_pid_tgid() >> 32), record)
    return 0
