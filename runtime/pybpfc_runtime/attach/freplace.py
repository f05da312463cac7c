"""Replacing a global function of a loaded program by a program.

Source: BPF_LINK_CREATE with a target descriptor and type id (5.10); BPF_PROG_TYPE_EXT in include/uapi/linux/bpf.h.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from .. import syscall
from ..errors import AttachError
from ..uapi import Command
from .links import KernelLink, Link, refused
from .tracing import attach_by_type

if TYPE_CHECKING:
    from ..program import OpenProgram, Program


def attach(program: Program, target: Program | OpenProgram | None = None, function: str | None = None) -> Link:
    """Put an freplace program in the place of a function.

    Args:
        target: the loaded program that has the function; by default `attach_target` of the spec.
        function: a global function of it; by default what the section says.

    Raises:
        AttachError: a function without its program.
        KernelSymbolError: the target has no such function.
        AttachRefused: EBUSY: it is replaced already; EINVAL: another prototype.
    """
    named = function or program.spec.attach_to[0]
    if target is None:
        if function is not None and function != program.spec.attach_to[0]:
            raise AttachError(f"program {program.name}: function {function} of which program?",
                              help="attach(target=PROGRAM, function=...)")
        return attach_by_type(program, f"freplace {named}")
    from ..resolve import program_function

    where = f"freplace {named} of {target.name}"
    extra = struct.pack("=I", program_function(target, named))
    fd, error = syscall.link_create(program.fd, target.fd, 0, 0, extra)
    if error:
        raise refused(program, Command.BPF_LINK_CREATE, error, where)
    return KernelLink(program, where, fd)
