"""Kernel probes: programs at the entry, the return or inside of a kernel function, and of a system call.

Source: perf_event_open(2), the `kprobe` device (4.17); Documentation/trace/kprobetrace.rst.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .. import features
from ..errors import AttachError
from ..syscall import PerfEvent, address, buffer
from . import tracefs
from .functions import similar_functions
from .perf import attach_to_event, has_device, open_event, probe_type

if TYPE_CHECKING:
    from ..program import Program
    from .links import Link

METHODS = (None, "perf_event", "tracefs")


def attach(program: Program, function: str | None = None, offset: int | None = None, cookie: int = 0,
           method: str | None = None) -> Link:
    """Attach a kprobe, kretprobe, ksyscall or kretsyscall program.

    Args:
        function: of the kernel, `name` or `module:name`, or for ksyscall the system call; by default what the section
            says.
        offset: of the instruction in the function, in bytes; by default what the section says behind `+`, or 0.
        cookie: what bpf_get_attach_cookie() gives (5.15).
        method: "perf_event", "tracefs" (an event in kprobe_events), or None: the first where the kernel has it (4.17).

    Raises:
        AttachError: no function is named; an offset for a return probe.
        NotSupportedByKernel: the kernel has no kprobes.
        AttachRefused: no such function, or one that may not be probed.
    """
    kind = program.spec.section.partition("/")[0]
    declared = program.spec.attach_to[0] if program.spec.attach_to else ""
    if function is None:
        match = re.fullmatch(r"([\w.:$]+)(?:\+(0[xX][0-9a-fA-F]+|\d+))?", declared)
        if match is None:
            raise AttachError(f"program {program.name}: which function?",
                              help=f'SEC("{kind}/function") or SEC("{kind}/function+offset"), or attach(function=...)')
        function = match[1]
        offset = int(match[2] or "0", 0) if offset is None else offset
    returns = kind in ("kretprobe", "kretsyscall")
    if returns and offset:
        raise AttachError(f"program {program.name}: the return of {function} has no offset", help="leave it out")
    if kind in ("ksyscall", "kretsyscall"):
        function = (features.syscall_wrapper() or "__se_") + f"sys_{function}"
    where = f"{kind} {function}" + (f"+{offset:#x}" if offset else "")
    if method not in METHODS:
        raise AttachError(f"program {program.name}: probes have no method {method!r}",
                          help="perf_event, tracefs or None")
    help_ = similar_functions(function.rpartition(":")[2]) or "it may not be probed: see " \
        "/sys/kernel/debug/kprobes/blacklist; a function that is inlined everywhere cannot be either"
    if method == "tracefs" or (method is None and not has_device("kprobe")):
        target = f"{function}+{offset}" if offset else function
        return tracefs.attach(program, "kprobe", returns, target, where, cookie=cookie, help=help_)
    number, bit = probe_type(program, "kprobe", where, "CONFIG_KPROBE_EVENTS")
    name = buffer(function.rpartition(":")[2].encode() + b"\0")
    event = PerfEvent(number, bit if returns else 0, config1=address(name), config2=offset or 0)
    return attach_to_event(program, open_event(program, event, where, help=help_), where, cookie)
