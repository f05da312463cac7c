"""A BPF token: the right to load, handed to an unprivileged user namespace by whoever mounted its bpf file system.

    mount -t bpf bpf /mnt -o delegate_cmds=any,delegate_maps=any,delegate_progs=any,delegate_attachs=any

(mounted for that namespace) lets a process in it say `spec.load(token="/mnt")`. Linux 6.9.

Source: BPF_TOKEN_CREATE and BPF_F_TOKEN_FD in include/uapi/linux/bpf.h, kernel/bpf/token.c.
"""

from __future__ import annotations

import errno
import os

from . import syscall
from .descriptor import Descriptor
from .errors import NotSupportedByKernel
from .uapi import Command

_REASONS = {
    errno.EINVAL: "it must be the root of a bpf file system",
    errno.EOPNOTSUPP: "the initial user namespace needs no token: load without one",
    errno.ENOENT: "its mount delegates nothing: mount it with delegate_cmds=, delegate_maps=, delegate_progs= and "
                  "delegate_attachs=",
    errno.EPERM: "the process needs CAP_BPF in the user namespace that the file system was mounted in, and must be in "
                 "that namespace",
}


def open_token(path: str | os.PathLike[str]) -> Descriptor:
    """A token from a bpf file system.

    Args:
        path: where it is mounted.

    Raises:
        KernelError: there is no delegation; `help` says what is missing.
    """
    text = os.fspath(path)
    try:
        folder = os.open(text, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise syscall.failure(Command.BPF_TOKEN_CREATE, error.errno or errno.EINVAL, f"token of {text}") from error
    try:
        fd, error_number = syscall.token_create(folder)
    finally:
        os.close(folder)
    if error_number:
        made = syscall.failure(Command.BPF_TOKEN_CREATE, error_number, f"token of {text}")
        if error_number == errno.EINVAL and not _knows_tokens():
            made = NotSupportedByKernel(Command.BPF_TOKEN_CREATE.name, error_number, f"token of {text}")
        elif error_number in _REASONS:
            made.help = _REASONS[error_number]
        raise made
    return Descriptor(fd, f"token of {text}")


def _knows_tokens() -> bool:
    """A kernel that knows the command looks at the descriptor first."""
    return syscall.token_create((1 << 31) - 1)[1] == errno.EBADF
