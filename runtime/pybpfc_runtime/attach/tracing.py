"""Programs whose place the kernel's types name: tp_btf, fentry, fexit, fmod_ret.

The place is settled when the program is loaded, by its section or `spec.programs[name].attach_to`.

Source: BPF_LINK_CREATE with BPF_TRACE_* (5.19), BPF_RAW_TRACEPOINT_OPEN without a name before.
"""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING

from .. import syscall
from ..uapi import Command
from .links import KernelLink, Link, refused

if TYPE_CHECKING:
    from ..program import Program


def attach(program: Program, cookie: int = 0) -> Link:
    """Attach a tracing program where its section says.

    Args:
        cookie: what bpf_get_attach_cookie() gives (5.19; tp_btf 6.10).

    Raises:
        AttachRefused: EBUSY: an fmod_ret or another program that excludes it is there; ENOTSUPP: this machine's
            kernel cannot attach to functions.
    """
    kind, _, name = program.spec.section.partition("/")
    return attach_by_type(program, f"{kind} {program.spec.attach_to[0] if program.spec.attach_to else name}", cookie)


def attach_by_type(program: Program, where: str, cookie: int = 0) -> Link:
    """A link to what `attach_btf_id` named at load."""
    extra = struct.pack("=I4xQ", 0, cookie) if cookie else b""
    attach_type = program.spec.expected_attach_type or 0
    fd, error = syscall.link_create(program.fd, 0, attach_type, 0, extra)
    if error == errno.EINVAL and not cookie:
        fd, error = syscall.raw_tracepoint_open(None, program.fd)
        if error:
            raise refused(program, Command.BPF_RAW_TRACEPOINT_OPEN, error, where)
    if error:
        raise refused(program, Command.BPF_LINK_CREATE, error, where)
    return KernelLink(program, where, fd)
