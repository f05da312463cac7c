"""Probes as events of tracefs: how kernels without the perf devices `kprobe` and `uprobe` (before 4.17) have them.

Source: Documentation/trace/kprobetrace.rst, uprobetracer.rst.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import itertools
import os
import re
from typing import TYPE_CHECKING

from ..errors import AttachRefused, BpfError, NotSupportedByKernel
from ..syscall import PerfEvent
from . import tracepoint
from .links import CallbackLink, Link
from .perf import attach_to_event, open_event

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..program import Program

GROUP = "pybpfc"
_PERF_TYPE_TRACEPOINT = 2
_numbers = itertools.count()
_live: dict[str, tuple[int, Callable[[], None]]] = {}  # by event: the process that made it, and what undoes it


def attach(program: Program, device: str, returns: bool, target: str, where: str, *, pid: int | None = None,
           cookie: int = 0, help: str = "") -> Link:
    """Make an event, attach the program to it, and remove the event with the link.

    Args:
        device: "kprobe" or "uprobe".
        returns: whether it is at the return.
        target: as tracefs writes it: `function+offset`, `path:0x1234`, with `(0x5678)` for a reference counter.
        help: for a refused event.

    Raises:
        NotSupportedByKernel: there is no such file in tracefs.
        AttachRefused: the kernel refuses the event.
    """
    root = next((path for path in tracepoint.TRACEFS if os.path.exists(f"{path}/{device}_events")), None)
    if root is None:
        raise NotSupportedByKernel(
            f"open of {device}_events", errno.ENOENT, f"attaching {program.name} ({where})",
            help=f"this kernel has no {device}s: it is built without CONFIG_{device.upper()}_EVENTS, or tracefs is not "
                 "mounted (mount -t tracefs tracefs /sys/kernel/tracing)")
    path = f"{root}/{device}_events"
    event = f"{re.sub(r'[^0-9A-Za-z]', '_', program.name)}_{os.getpid()}_{next(_numbers)}"
    try:
        _append(path, f"{'r' if returns else 'p'}:{GROUP}/{event} {target}")
    except OSError as error:
        raise AttachRefused(f"writing {path}", error.errno or 0, f"attaching {program.name} ({where})",
                            help=help) from error
    try:
        number = tracepoint.tracepoint_id(GROUP, event, program.name)
        fd = open_event(program, PerfEvent(_PERF_TYPE_TRACEPOINT, number, 1), where, pid=pid)
        link = attach_to_event(program, fd, where, cookie)
    except BaseException:
        _append(path, f"-:{GROUP}/{event}")
        raise

    def undo() -> None:
        _live.pop(event, None)
        link.detach()
        try:
            _append(path, f"-:{GROUP}/{event}")
        except OSError as error:
            if error.errno != errno.ENOENT:
                raise AttachRefused(f"writing {path}", error.errno or 0, f"detaching {program.name} ({where})",
                                    help=f"echo '-:{GROUP}/{event}' >> {path} removes the event") from error

    _live[event] = os.getpid(), undo
    return CallbackLink(program, where, "tracefs", undo)


@atexit.register
def _remove_events() -> None:
    """A link that nobody kept holds its program until the process ends, and no longer: the kernel sees to the program,
    but not to the event."""
    for process, undo in list(_live.values()):
        if process == os.getpid():  # not in a forked child: they are its parent's
            with contextlib.suppress(OSError, BpfError):
                undo()


def _append(path: str, line: str) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    try:
        os.write(fd, line.encode() + b"\n")
    finally:
        os.close(fd)
