"""Sign, pointer or number, another struct, one argument too many, a result that is not there."""

from pybpfc import fentry, fexit, lsm, s32, tp_btf, u32, u64
from pybpfc.vmlinux import file, filename, task_struct

LICENSE = "GPL"


@fentry("do_unlinkat")
def sign(dfd: u32) -> int:
    return 0


@fentry("do_unlinkat")
def number(dfd: s32, name: s32) -> int:
    return 0


@fentry("do_unlinkat")
def pointer(dfd: filename) -> int:
    return 0


@fentry("do_unlinkat")
def other_struct(dfd: s32, name: task_struct) -> int:
    return 0


@fentry("do_unlinkat")
def too_many(dfd: s32, name: filename, mode: u32) -> int:
    return 0


@fentry("do_unlinkat")
def too_early(dfd: s32, name: filename, ret: s32) -> int:
    return 0


@fexit("do_exit")
def no_result(ret: s32) -> int:
    return 0


@tp_btf("sched_switch")
def event(preempt: u64, prev: task_struct) -> int:
    return 0


@lsm("file_open")
def hook(opened: task_struct) -> int:
    return 0


@lsm("file_open")
def fits(opened: file, ret: s32) -> int:
    return ret
