"""User probes: programs at the entry, the return or inside of a function of a user-space binary.

Source: perf_event_open(2), the `uprobe` device (4.17); Documentation/trace/uprobetracer.rst.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from ..errors import AttachError
from ..syscall import PerfEvent, address, buffer
from . import tracefs
from .binary import function_offset
from .find_binary import find_binary
from .perf import attach_to_event, has_device, open_event, probe_type

if TYPE_CHECKING:
    from ..program import Program
    from .links import Link

METHODS = (None, "perf_event", "tracefs")
_REFERENCE_COUNTER_SHIFT = 32  # PERF_UPROBE_REF_CTR_OFFSET_SHIFT


def attach(program: Program, path: str | os.PathLike[str] | None = None, function: str | None = None, offset: int = 0,
           pid: int | None = None, cookie: int = 0, reference_counter: int = 0,
           method: str | None = None) -> Link:
    """Attach a uprobe or uretprobe program.

    Args:
        path: of the binary or library; a name without a slash is looked up in PATH or the library folders. By default
            what the section says: `uprobe/path:function+offset`.
        function: a symbol of the binary; None with `offset` for a place without a symbol.
        offset: in bytes, from the function, or without one from the start of the file.
        pid: of the one process in which it counts, 0 for this one; None for all, future ones too.
        cookie: what bpf_get_attach_cookie() gives (5.15).
        reference_counter: the offset in the file of a semaphore to be raised while attached, or 0.
        method: "perf_event", "tracefs" (an event in uprobe_events), or None: the first where the kernel has it (4.17).

    Raises:
        AttachError: no such file or function, or none was named.
        NotSupportedByKernel: the kernel has no uprobes.
        AttachRefused: the kernel refuses the place, or there is no such process.
    """
    kind = program.spec.section.partition("/")[0].removesuffix(".s")
    if path is None:
        path, declared, more = _declared(program, kind)
        if function is None and not offset:
            function, offset = declared, more
    file = find_binary(os.fspath(path), program.name)
    place = offset + (function_offset(file, function, program.name) if function is not None else 0)
    if not place:
        raise AttachError(f"program {program.name}: which function of {file}?",
                          help="attach(path=..., function=...), or offset=... for a place without a symbol")
    named = f"{function}{f'+{offset:#x}' if offset else ''}" if function is not None else f"{place:#x}"
    where = f"{kind} {file}:{named}" + ("" if pid is None else f", process {pid}")
    if method not in METHODS:
        raise AttachError(f"program {program.name}: probes have no method {method!r}",
                          help="perf_event, tracefs or None")
    return probe_place(program, file, place, where, returns=kind == "uretprobe", pid=pid, cookie=cookie,
                       reference_counter=reference_counter, method=method)


def probe_place(program: Program, file: str, place: int, where: str, *, returns: bool = False, pid: int | None = None,
                cookie: int = 0, reference_counter: int = 0, method: str | None = None) -> Link:
    """Attach to an offset in a file; the arguments are those of `attach`."""
    if method == "tracefs" or (method is None and not has_device("uprobe")):
        target = f"{file}:{place:#x}" + (f"({reference_counter:#x})" if reference_counter else "")
        return tracefs.attach(program, "uprobe", returns, target, where, pid=pid, cookie=cookie)
    number, bit = probe_type(program, "uprobe", where, "CONFIG_UPROBE_EVENTS")
    text = buffer(os.fsencode(file) + b"\0")
    config = reference_counter << _REFERENCE_COUNTER_SHIFT | (bit if returns else 0)
    event = PerfEvent(number, config, config1=address(text), config2=place)
    return attach_to_event(program, open_event(program, event, where, pid=pid), where, cookie)


def _declared(program: Program, kind: str) -> tuple[str, str | None, int]:
    """Path, function and offset in the section's name."""
    declared = program.spec.attach_to[0] if program.spec.attach_to else ""
    match = re.fullmatch(r"(.+?):([^:+]+)(?:\+(0[xX][0-9a-fA-F]+|\d+))?", declared)
    if match is None:
        if declared:
            return declared, None, 0
        raise AttachError(f"program {program.name}: which function of which binary?",
                          help=f'SEC("{kind}/path:function"), or attach(path=..., function=...)')
    path, function, more = match.groups()
    if re.fullmatch(r"0[xX][0-9a-fA-F]+|\d+", function):
        return path, None, int(function, 0)
    return path, function, int(more or "0", 0)
