"""Programs of one socket: a filter of what it receives, or the choice among sockets that share a port.

Source: socket(7), SO_ATTACH_BPF (3.19), SO_ATTACH_REUSEPORT_EBPF (4.5).
"""

from __future__ import annotations

import os
import socket as sockets
from typing import TYPE_CHECKING

from ..errors import AttachError, AttachRefused
from .links import CallbackLink, Link, duplicated

if TYPE_CHECKING:
    from ..program import Program

# include/uapi/asm-generic/socket.h
_SO_DETACH_FILTER, _SO_ATTACH_BPF = 27, 50
_SO_ATTACH_REUSEPORT_EBPF, _SO_DETACH_REUSEPORT_BPF = 52, 68


def attach(program: Program, socket: sockets.socket | int | None = None) -> Link:
    """Attach a socket filter, or a reuseport program to the group that a socket belongs to.

    Args:
        socket: a socket or its descriptor. It keeps the program until it is closed or the link is detached.

    Raises:
        AttachError: no socket.
        AttachRefused: the kernel refuses; EINVAL for a reuseport program: the socket has no SO_REUSEPORT.
    """
    if socket is None or isinstance(socket, bool):
        raise AttachError(f"program {program.name}: say where: attach(socket=...)", help="give a socket")
    is_filter = program.spec.kind is not None and program.spec.kind.attach == "socket"
    option, remove = ((_SO_ATTACH_BPF, _SO_DETACH_FILTER) if is_filter else
                      (_SO_ATTACH_REUSEPORT_EBPF, _SO_DETACH_REUSEPORT_BPF))
    number = socket if isinstance(socket, int) else socket.fileno()
    where = f"socket {number}"
    if number < 0:
        raise AttachError(f"program {program.name}: the socket is closed", help="give one that is open")
    copy = duplicated(program, "socket", number)
    try:
        kept = sockets.socket(fileno=copy)
    except OSError as error:
        os.close(copy)
        raise AttachError(f"program {program.name}: descriptor {number} is no socket", help="give a socket") from error
    try:
        kept.setsockopt(sockets.SOL_SOCKET, option, program.fd)
    except OSError as error:
        kept.close()
        raise AttachRefused("setsockopt", error.errno or 0, f"attaching {program.name} ({where})") from error

    def undo() -> None:
        with kept:
            kept.setsockopt(sockets.SOL_SOCKET, remove, 0)

    return CallbackLink(program, where, "socket", undo)
