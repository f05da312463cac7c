"""Tracepoint programs: a perf event that runs the program.

Source: perf_event_open(2); BPF_LINK_CREATE with BPF_PERF_EVENT (5.15), PERF_EVENT_IOC_SET_BPF before.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
from typing import TYPE_CHECKING

from .. import syscall
from ..errors import AttachError, AttachRefused
from ..uapi import AttachType, Command
from .links import CallbackLink, KernelLink, Link, refused

if TYPE_CHECKING:
    from ..program import Program

TRACEFS = ("/sys/kernel/tracing", "/sys/kernel/debug/tracing")

_PERF_TYPE_TRACEPOINT = 2
_PERF_SAMPLE_RAW = 1 << 10
_PERF_EVENT_IOC_ENABLE = 0x2400
_PERF_EVENT_IOC_SET_BPF = 0x40042408


def attach(program: Program, category: str | None = None, name: str | None = None, cookie: int = 0) -> Link:
    """Attach a tracepoint program.

    Args:
        category, name: of the tracepoint; by default what the section says.
        cookie: what bpf_get_attach_cookie() gives (5.15).

    Raises:
        AttachError: no such tracepoint; tracefs is not mounted; a name is missing.
        AttachRefused: the kernel refuses.
    """
    declared = program.spec.attach_to
    if category is None and name is None and len(declared) == 2:
        category, name = declared
    if category is None or name is None:
        raise AttachError(f"program {program.name}: which tracepoint?",
                          help='SEC("tracepoint/category/name"), or attach(category=..., name=...)')
    where = f"tracepoint {category}/{name}"
    event, error = syscall.perf_event_open(_PERF_TYPE_TRACEPOINT, tracepoint_id(category, name, program.name),
                                           sample_type=_PERF_SAMPLE_RAW)
    if error:
        raise AttachRefused("perf_event_open", error, f"attaching {program.name} ({where})",
                            help="CAP_PERFMON is needed" if error in (errno.EPERM, errno.EACCES) else "")
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


def tracepoint_id(category: str, name: str, program: str) -> int:
    """The number that perf_event_open takes for a tracepoint.

    Raises:
        AttachError: there is no such tracepoint, or tracefs cannot be read.
    """
    root = next((path for path in TRACEFS if os.path.isdir(os.path.join(path, "events"))), None)
    if root is None:
        raise AttachError(f"program {program}: tracefs is not mounted, or not for this user to read",
                          help="as root: mount -t tracefs tracefs /sys/kernel/tracing")
    for part in (category, name):
        if "/" in part or part in ("", ".", ".."):
            raise AttachError(f"program {program}: {part!r} is no name of a tracepoint")
    folder = os.path.join(root, "events", category)
    try:
        with open(os.path.join(folder, name, "id"), encoding="ascii") as file:
            return int(file.read())
    except FileNotFoundError:
        import difflib

        there = os.listdir(folder) if os.path.isdir(folder) else os.listdir(os.path.join(root, "events"))
        near = difflib.get_close_matches(name if os.path.isdir(folder) else category, there, n=3)
        raise AttachError(f"program {program}: there is no tracepoint {category}/{name}",
                          help=f"did you mean {' or '.join(near)}?" if near else f"see {root}/events") from None
    except PermissionError:
        raise AttachError(f"program {program}: {folder}/{name}/id may not be read", help="run it as root") from None
