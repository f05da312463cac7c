"""Local storage: values that belong to sockets, tasks, inodes and control groups, and end with them.

User space names the owner by a descriptor: of the socket, of the process (pidfd_open(2)), of an open file, of a
control group's folder. The map cannot be walked.

Source: kernel/bpf/bpf_local_storage.c, bpf_task_storage.c, bpf_inode_storage.c, bpf_cgrp_storage.c,
net/core/bpf_sk_storage.c.
"""

from __future__ import annotations

import errno
import struct
from typing import Any

from .. import syscall
from ..codec import checked_flags
from ..errors import CodecContextError
from ..uapi import BPF_ANY, Command, MapType
from .base import Map

_OWNERS = {
    MapType.BPF_MAP_TYPE_SK_STORAGE: "sockets",
    MapType.BPF_MAP_TYPE_TASK_STORAGE: "processes, as os.pidfd_open(pid) gives them",
    MapType.BPF_MAP_TYPE_INODE_STORAGE: "open files",
    MapType.BPF_MAP_TYPE_CGRP_STORAGE: "descriptors of the folders of control groups",
}


class LocalStorage(Map):
    """BPF_MAP_TYPE_SK_STORAGE, TASK_STORAGE, INODE_STORAGE and CGRP_STORAGE.

    A key is a descriptor, or an object with `fileno()`: a socket, a file, the result of os.pidfd_open().
    """

    def __getitem__(self, owner: Any) -> Any:
        value = syscall.buffer(self.value_size)
        error = self._element(Command.BPF_MAP_LOOKUP_ELEM, owner, value)
        if error == errno.ENOENT:
            raise KeyError(owner)
        if error:
            raise self._error(Command.BPF_MAP_LOOKUP_ELEM, error, owner)
        return self._values.decode(value.raw)

    def get(self, owner: Any, default: Any = None) -> Any:
        """The value of an owner, or `default` where it has none."""
        try:
            return self[owner]
        except KeyError:
            return default

    def __setitem__(self, owner: Any, value: Any) -> None:
        self.store(owner, value)

    def store(self, owner: Any, value: Any, flags: int = BPF_ANY) -> None:
        """Write the value of an owner.

        Args:
            flags: BPF_ANY, BPF_NOEXIST (only add), BPF_EXIST (only replace), BPF_F_LOCK.

        Raises:
            KeyError: BPF_EXIST and there is none.
            MapError: EEXIST with BPF_NOEXIST.
        """
        error = self._element(Command.BPF_MAP_UPDATE_ELEM, owner, self._values.encode(value), flags)
        if error == errno.ENOENT:
            raise KeyError(owner)
        if error:
            raise self._error(Command.BPF_MAP_UPDATE_ELEM, error, owner)

    def __delitem__(self, owner: Any) -> None:
        error = self._element(Command.BPF_MAP_DELETE_ELEM, owner, None)
        if error == errno.ENOENT:
            raise KeyError(owner)
        if error:
            raise self._error(Command.BPF_MAP_DELETE_ELEM, error, owner)

    def __contains__(self, owner: object) -> bool:
        return self.get(owner, self) is not self

    def __iter__(self) -> Any:
        from ..errors import MapOperationError

        raise MapOperationError(f"map {self.name}: local storage cannot be walked from user space",
                                help="ask for an owner by its descriptor, or walk it with an iter/bpf_sk_storage_map "
                                     "program")

    def _what_fits(self, error: int) -> str:
        return f"its owners are {_OWNERS[self.type]}" if error == errno.EBADF and self.type in _OWNERS else ""

    def _element(self, command: Command, owner: Any, value: Any, flags: int = 0) -> int:
        number = owner if isinstance(owner, int) else getattr(owner, "fileno", lambda: None)()
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 1 << 31:
            raise CodecContextError(f"key of map {self.name}: {owner!r} is no descriptor",
                                    help="a socket, a file, a descriptor of os.pidfd_open() or of a control group")
        checked_flags(flags, f"map {self.name}")
        return syscall.map_element(command, self.fd, syscall.buffer(struct.pack("=i", number)), value, flags)
