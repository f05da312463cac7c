"""At the return of a function its arguments are gone; a system call has six of them at most."""

from pybpfc import kretprobe, kretsyscall, ksyscall, s32, u64

LICENSE = "GPL"


@kretprobe("do_unlinkat")
def returned(dfd: s32, ret: s32) -> int:
    return 0


@kretsyscall("openat")
def called(dfd: s32) -> int:
    return 0


@ksyscall("openat")
def many(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64) -> int:
    return 0
