"""One program at many functions of a binary at once: uprobe.multi, uretprobe.multi, uprobe.session.

Source: BPF_LINK_CREATE with BPF_TRACE_UPROBE_MULTI (6.6) and BPF_TRACE_UPROBE_SESSION (6.13).
"""

from __future__ import annotations

import errno
import os
import struct
from typing import TYPE_CHECKING

from .. import syscall
from ..errors import AttachError
from ..uapi import AttachType, Command
from .binary import function_offset, matching_functions
from .find_binary import find_binary
from .functions import is_glob
from .links import KernelLink, Link, lacks, refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..program import Program

BPF_F_UPROBE_MULTI_RETURN = 1 << 0


def attach(program: Program, path: str | os.PathLike[str] | None = None, pattern: str | None = None, *,
           functions: Sequence[str] | None = None, offsets: Sequence[int] | None = None, pid: int | None = None,
           cookie: int = 0, cookies: Sequence[int] | None = None,
           reference_counters: Sequence[int] | None = None) -> Link:
    """Attach a uprobe.multi, uretprobe.multi or uprobe.session program.

    Args:
        path: of the binary or library; a name without a slash is looked up. By default what the section says.
        pattern: its functions, a glob with `*` and `?`, or
        functions: their names, or
        offsets: places in the file, in bytes.
        pid: of the one process in which it counts, 0 for this one; None for all, future ones too.
        cookie: what bpf_get_attach_cookie() gives at all places, or
        cookies: at each of `functions` or `offsets`.
        reference_counters: offsets in the file of semaphores to be raised while attached, one for each place.

    Raises:
        AttachError: no such file or function, none named, or two ways of naming them.
        NotSupportedByKernel: the kernel has no such links.
        AttachRefused: ESRCH: there is no such process.
    """
    section = program.spec.section.partition("/")[0].removesuffix(".s")
    if path is None:
        declared = program.spec.attach_to[0] if program.spec.attach_to else ""
        path, _, said = declared.rpartition(":")
        if not path:
            raise AttachError(f"program {program.name}: which functions of which binary?",
                              help=f'SEC("{section}/path:pattern"), or attach(path=..., pattern=...)')
        if pattern is None and functions is None and offsets is None:
            pattern = said
    given = [name for name, value in (("pattern", pattern), ("functions", functions), ("offsets", offsets))
             if value is not None]
    if len(given) != 1:
        raise AttachError(f"program {program.name}: {' and '.join(given)} do not go together" if given else
                          f"program {program.name}: which functions of {os.fspath(path)}?",
                          help="give pattern=, functions= or offsets=")
    if not (pattern if pattern is not None else functions if functions is not None else offsets):
        raise AttachError(f"program {program.name}: {given[0]} is empty", help="name at least one place")
    file = find_binary(os.fspath(path), program.name)
    if pattern is not None and is_glob(pattern):
        places = sorted(set(matching_functions(file, pattern, program.name).values()))
    elif offsets is not None:
        places = list(offsets)
    else:
        places = [function_offset(file, name, program.name) for name in functions or (pattern or "",)]
    values = list(cookies) if cookies is not None else [cookie] * len(places) if cookie else []
    named = pattern if pattern is not None else ", ".join(functions or map(hex, places))
    where = f"{section} {file}:{named}" + ("" if pid is None else f", process {pid}")
    return attach_places(program, file, places, where, returns=section == "uretprobe.multi", pid=pid, cookies=values,
                         reference_counters=list(reference_counters or ()))


def attach_places(program: Program, file: str, places: list[int], where: str, *, returns: bool = False,
                  pid: int | None = None, cookies: list[int], reference_counters: list[int]) -> Link:
    """Attach to offsets in a file; `cookies` and `reference_counters` are empty, or one for each."""
    for name, values in (("cookies", cookies), ("reference_counters", reference_counters)):
        if values and len(values) != len(places):
            raise AttachError(f"program {program.name}: {len(values)} {name} for {len(places)} places",
                              help="give as many as there are functions or offsets")

    def array(values: list[int]) -> tuple[object, int]:
        memory = syscall.buffer(struct.pack(f"={len(values)}Q", *values))
        return memory, syscall.address(memory)

    text = syscall.buffer(os.fsencode(file) + b"\0")
    kept = [array(values) for values in (places, reference_counters, cookies)]
    process = 0 if pid is None else pid or os.getpid()  # the kernel's 0 is every process
    extra = struct.pack("=QQQQIII4x", syscall.address(text), *(address for _, address in kept), len(places),
                        BPF_F_UPROBE_MULTI_RETURN if returns else 0, process)
    kind = program.expected_attach_type or AttachType.BPF_TRACE_UPROBE_MULTI
    fd, error = syscall.link_create(program.fd, 0, kind, 0, extra)
    if error == errno.EINVAL:
        raise lacks(program, Command.BPF_LINK_CREATE, error, where,
                    "links to many places of a binary: they came with 6.6 (sessions 6.13)")
    if error:
        raise refused(program, Command.BPF_LINK_CREATE, error, where,
                      f"there is no process {pid}" if error == errno.ESRCH else "")
    return KernelLink(program, where, fd)
