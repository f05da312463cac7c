"""Links that somebody pinned, opened again.

Source: BPF_OBJ_GET, bpf(2).
"""

from __future__ import annotations

import errno
import os

from .. import syscall
from ..errors import AttachError, AttachRefused, KernelError
from ..link_info import LinkType, link_info
from ..uapi import Command
from .iterator import IteratorLink
from .links import KernelLink


class PinnedLink(KernelLink):
    """A link that was pinned before. Its `with` block only closes the descriptor: the pin keeps the program."""

    def __exit__(self, *_: object) -> None:
        self.close()


def open_link(path: str) -> KernelLink:
    """See `Link.from_pin`."""
    fd, error = syscall.obj_get(path)
    if error == errno.ENOENT:
        raise AttachError(f"nothing is pinned at {path}", help=_others(path))
    if error:
        raise syscall.failure(Command.BPF_OBJ_GET, error, f"opening the link pinned at {path}", AttachRefused)
    try:
        if "bpf_link" not in os.readlink(f"/proc/self/fd/{fd}").replace("-", "_"):
            raise AttachError(f"what is pinned at {path} is no link",
                              help="`bpftool prog` and `bpftool map` show programs and maps")
        info = link_info(fd)
        made: KernelLink
        name = _program_name(info.program_id) or f"program {info.program_id}"
        if info.type is LinkType.BPF_LINK_TYPE_ITER:
            made = IteratorLink(name, f"iter {info.detail['target_name']}, pinned at {path}", fd)
        else:
            made = PinnedLink(name, f"{info}, pinned at {path}", fd)
    except BaseException:
        os.close(fd)
        raise
    made._pins.append(path)
    return made


def _program_name(number: int) -> str:
    """"" for a program that is gone, and for struct_ops, whose link has none."""
    if not number:
        return ""
    try:
        fd = syscall.fd_by_id(Command.BPF_PROG_GET_FD_BY_ID, number)
    except KernelError:
        return ""
    try:
        return syscall.obj_info(fd, 80)[64:80].partition(b"\0")[0].decode()  # bpf_prog_info.name
    finally:
        os.close(fd)


def _others(path: str) -> str:
    folder = os.path.dirname(path) or "."
    try:
        found = sorted(os.listdir(folder))
    except OSError:
        return f"there is no folder {folder}; a bpf file system is usually at /sys/fs/bpf"
    return f"{folder} has {', '.join(found[:10])}" if found else f"{folder} is empty"
