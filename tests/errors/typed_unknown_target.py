"""Functions, events and hooks that the kernel does not have."""

from pybpfc import fentry, lsm, s32, tp_btf

LICENSE = "GPL"


@fentry("do_unlink_at")
def function(dfd: s32) -> int:
    return 0


@tp_btf("sched_switched")
def event(preempt: bool) -> int:
    return 0


@lsm("file_opened")
def hook() -> int:
    return 0
