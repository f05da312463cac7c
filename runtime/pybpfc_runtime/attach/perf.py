"""Perf events that run a program: what tracepoints, kprobes, uprobes and samples have in common.

Source: perf_event_open(2); BPF_LINK_CREATE with BPF_PERF_EVENT (5.15), PERF_EVENT_IOC_SET_BPF before.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
from typing import TYPE_CHECKING

from .. import syscall
from ..errors import AttachRefused, NotSupportedByKernel
from ..permission import reasons
from ..uapi import AttachType, Command
from .links import CallbackLink, KernelLink, Link, refused

if TYPE_CHECKING:
    from ..program import Program
    from ..syscall import PerfEvent

_PERF_EVENT_IOC_ENABLE = 0x2400
_PERF_EVENT_IOC_SET_BPF = 0x40042408
_DEVICES = "/sys/bus/event_source/devices"


def open_event(program: Program, event: PerfEvent, where: str, *, pid: int | None = None, cpu: int | None = None,
               help: str = "") -> int:
    """A perf event; its descriptor, which is the caller's.

    Args:
        pid: None for every process; 0 is this one.
        cpu: None for the one that stands for all where `pid` is None too, else for every CPU.
        help: for any error but a lack of privilege.

    Raises:
        AttachRefused: the kernel refuses the event.
    """
    chosen = cpu if cpu is not None else 0 if pid is None else -1
    fd, error = syscall.perf_event_open(event, pid=-1 if pid is None else pid, cpu=chosen)
    if error in (errno.EPERM, errno.EACCES):
        help = "; ".join(["perf_event_open(2) needs CAP_PERFMON, or kernel.perf_event_paranoid below 2", *reasons()])
    elif error == errno.ESRCH:
        help = f"there is no process {pid}"
    elif error == errno.EINVAL and cpu is not None and not help:
        help = "the event's type and config must be such as the kernel knows, and the CPU online: see `lscpu`"
    if error:
        raise AttachRefused("perf_event_open", error, f"attaching {program.name} ({where})", help=help)
    return fd


def attach_to_event(program: Program, event: int, where: str, cookie: int = 0) -> Link:
    """Let a perf event run a program. The link owns the event; on failure it is closed.

    Args:
        cookie: what bpf_get_attach_cookie() gives (5.15).
    """
    try:
        extra = struct.pack("=Q", cookie) if cookie else b""
        fd, error = syscall.link_create(program.fd, event, AttachType.BPF_PERF_EVENT, 0, extra)
        if not error:
            try:
                fcntl.ioctl(event, _PERF_EVENT_IOC_ENABLE, 0)
            except OSError:
                os.close(fd)
                raise
            os.close(event)  # the link holds the event
            return KernelLink(program, where, fd)
        if error != errno.EINVAL or cookie:
            raise refused(program, Command.BPF_LINK_CREATE, error, where)
        fcntl.ioctl(event, _PERF_EVENT_IOC_SET_BPF, program.fd)
        fcntl.ioctl(event, _PERF_EVENT_IOC_ENABLE, 0)
    except BaseException:
        os.close(event)
        raise
    return CallbackLink(program, where, "perf_event", lambda: os.close(event))


def has_device(device: str) -> bool:
    """Whether the kernel has the perf device `kprobe` or `uprobe` (4.17)."""
    return os.path.exists(f"{_DEVICES}/{device}/type")


def probe_type(program: Program, device: str, where: str, option: str) -> tuple[int, int]:
    """The event type of the device `kprobe` or `uprobe`, and the bit of `config` that asks for the return (4.17).

    Args:
        option: of the kernel's configuration that the device needs.

    Raises:
        NotSupportedByKernel: the kernel has no such device.
    """
    path = f"{_DEVICES}/{device}/type"
    try:
        with open(path, encoding="ascii") as file:
            number = int(file.read())
        with open(f"{_DEVICES}/{device}/format/retprobe", encoding="ascii") as file:
            bit = int(file.read().partition(":")[2])  # "config:0"
    except FileNotFoundError as error:
        raise NotSupportedByKernel(
            f"open of {path}", errno.ENOENT, f"attaching {program.name} ({where})",
            help=f"this kernel has no {device}s: it is built without {option}, or older than 4.17") from error
    return number, 1 << bit
