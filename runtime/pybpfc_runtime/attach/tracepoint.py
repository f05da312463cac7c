"""Tracepoint programs: a perf event that runs the program.

Source: perf_event_open(2); Documentation/trace/events.rst.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..errors import AttachError
from ..syscall import PerfEvent
from .perf import attach_to_event, open_event

if TYPE_CHECKING:
    from ..program import Program
    from .links import Link

TRACEFS = ("/sys/kernel/tracing", "/sys/kernel/debug/tracing")

_PERF_TYPE_TRACEPOINT = 2
_PERF_SAMPLE_RAW = 1 << 10


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
    event = PerfEvent(_PERF_TYPE_TRACEPOINT, tracepoint_id(category, name, program.name), 1, _PERF_SAMPLE_RAW)
    return attach_to_event(program, open_event(program, event, where), where, cookie)


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
