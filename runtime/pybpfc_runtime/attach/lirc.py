"""Decoders of infrared remote controls.

Source: Documentation/userspace-api/media/rc/lirc-dev-intro.rst; BPF_PROG_ATTACH with BPF_LIRC_MODE2 (4.18).
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from .. import syscall
from ..errors import AttachError
from ..uapi import AttachType, Command
from .links import CallbackLink, Link, refused

if TYPE_CHECKING:
    from ..program import Program


def attach(program: Program, device: str | os.PathLike[str] | None = None) -> Link:
    """Attach a lirc_mode2 program to a receiver.

    Args:
        device: its path, often /dev/lirc0.

    Raises:
        AttachError: no such device.
        AttachRefused: the kernel refuses: it is no receiver of pulses, or has too many programs.
    """
    if device is None:
        raise AttachError(f"program {program.name}: say where: attach(device=...)", help="often /dev/lirc0")
    where = f"lirc_mode2 on {os.fspath(device)}"
    try:
        fd = os.open(device, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise AttachError(f"program {program.name}: {os.fspath(device)} cannot be opened ({error.strerror})",
                          help="`ls /dev/lirc*` shows the receivers") from error
    error_number = syscall.prog_attach(fd, program.fd, AttachType.BPF_LIRC_MODE2)
    if error_number:
        os.close(fd)
        raise refused(program, Command.BPF_PROG_ATTACH, error_number, where,
                      "it is no infrared receiver that gives pulses and spaces" if error_number == errno.EINVAL else "")
    kept = os.dup(program.fd)

    def undo() -> None:
        try:
            error = syscall.prog_detach(fd, kept, AttachType.BPF_LIRC_MODE2)
        finally:
            os.close(fd)
            os.close(kept)
        if error not in (0, errno.ENOENT):
            raise syscall.failure(Command.BPF_PROG_DETACH, error, f"detaching {program.name} ({where})")

    return CallbackLink(program, where, "attach", undo)
