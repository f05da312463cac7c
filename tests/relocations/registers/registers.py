"""Arguments that come in registers: of probes of functions, of their results, and of system calls behind a wrapper."""
from __future__ import annotations

from pybpfc import data, kprobe, kretprobe, ksyscall, kretsyscall, s32, s64, u32, u64

LICENSE = "GPL"
total: u64 = data(0)


@kprobe("vfs_read")
def arguments(file: u64, buffer: u64, count: u64, position: u64, more: u64) -> int:
    global total
    total += file + buffer + count + position + more
    return 0


@kretprobe("vfs_read")
def result(ret: s64) -> int:
    global total
    total += u64(ret)
    return 0


@ksyscall("mmap")
def system_call(address: u64, length: u64, protection: u64, flags: u64, descriptor: u64) -> int:
    global total
    total += address + length + protection + flags + descriptor
    return 0


@kretsyscall("mmap")
def system_result(ret: s64) -> int:
    global total
    total += u64(ret)
    return 0
