"""Raw tracepoint programs.

Source: BPF_RAW_TRACEPOINT_OPEN in include/uapi/linux/bpf.h (4.17).
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from .. import syscall
from ..btf.types import BTF_KIND_TYPEDEF
from ..errors import AttachError
from ..kernel_symbols import did_you_mean
from ..uapi import Command
from .links import KernelLink, Link, refused

if TYPE_CHECKING:
    from ..program import Program


def attach(program: Program, name: str | None = None, cookie: int = 0) -> Link:
    """Attach a raw tracepoint program.

    Args:
        name: of the tracepoint, without its category; by default what the section says.
        cookie: what bpf_get_attach_cookie() gives (6.10).

    Raises:
        AttachError: no name.
        AttachRefused: ENOENT: the kernel has no such tracepoint.
    """
    if name is None:
        if not program.spec.attach_to:
            raise AttachError(f"program {program.name}: which tracepoint?",
                              help='SEC("raw_tp/name"), or attach(name=...)')
        name = program.spec.attach_to[0]
    where = f"raw tracepoint {name}"
    fd, error = syscall.raw_tracepoint_open(name, program.fd, cookie)
    if error:
        help_ = (did_you_mean(BTF_KIND_TYPEDEF, name, "btf_trace_") or "the kernel has no tracepoint of this name"
                 if error == errno.ENOENT else "")
        raise refused(program, Command.BPF_RAW_TRACEPOINT_OPEN, error, where, help_)
    return KernelLink(program, where, fd)
