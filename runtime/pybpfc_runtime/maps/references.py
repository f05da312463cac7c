"""Maps whose values are kernel objects: programs, maps, sockets, control groups.

User space writes a descriptor and reads an id, or for sockets a cookie.
"""

from __future__ import annotations

import errno
import sys
from typing import TYPE_CHECKING, Any

from .. import syscall
from ..codec import checked_flags
from ..descriptor import Descriptor, OwnedDescriptor
from ..errors import ENOTSUPP, CodecContextError, MapError, MapOperationError
from ..layout import U32
from ..uapi import BPF_ANY, Command, MapType
from .base import Map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..layout import AnyType
    from ..spec import MapSpec


_TAKES = {
    MapType.BPF_MAP_TYPE_PROG_ARRAY: "programs of one type, all of them with the same attach type and features",
    MapType.BPF_MAP_TYPE_ARRAY_OF_MAPS: "maps that are like the declared inner map",
    MapType.BPF_MAP_TYPE_HASH_OF_MAPS: "maps that are like the declared inner map",
    MapType.BPF_MAP_TYPE_SOCKMAP: "TCP sockets that are connected or listen, UDP, UNIX and vsock sockets",
    MapType.BPF_MAP_TYPE_SOCKHASH: "TCP sockets that are connected or listen, UDP, UNIX and vsock sockets",
    MapType.BPF_MAP_TYPE_XSKMAP: "AF_XDP sockets that are bound",
    MapType.BPF_MAP_TYPE_CGROUP_ARRAY: "descriptors of the folders of control groups",
    MapType.BPF_MAP_TYPE_REUSEPORT_SOCKARRAY: "sockets with SO_REUSEPORT that are bound, or listen",
}


class DescriptorMap(Map):
    """PROG_ARRAY, ARRAY_OF_MAPS, HASH_OF_MAPS, SOCKMAP, SOCKHASH, XSKMAP, CGROUP_ARRAY, REUSEPORT_SOCKARRAY.

    Assign a `Program`, a `Map`, a socket, or a descriptor. Reading gives the kernel's id of what is there; a map of
    maps opens it with `open()`.
    """

    def __init__(self, descriptor: Descriptor, spec: MapSpec, key_type: AnyType | None = None,
                 value_type: AnyType | None = None) -> None:
        super().__init__(descriptor, spec, key_type or spec.key_type or (U32 if spec.key_size == 4 else None),
                         value_type)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.store(key, value)

    def store(self, key: Any, value: Any, flags: int = BPF_ANY) -> None:
        """Put an object into a slot.

        Args:
            flags: BPF_ANY, BPF_NOEXIST, BPF_EXIST.

        Raises:
            CodecContextError: the value has no descriptor.
            MapError: EINVAL: the object does not belong into this map.
        """
        number = value if isinstance(value, int) else getattr(value, "fileno", lambda: None)()
        if not isinstance(number, int) or not 0 <= number < 1 << 31:
            raise CodecContextError(f"value of map {self.name}: {value!r} has no descriptor",
                                    help="assign a Program, a Map, a socket or a file descriptor")
        if flags:
            checked_flags(flags, f"map {self.name}")
        data = number.to_bytes(self.value_size or 4, sys.byteorder)
        error = syscall.map_element(Command.BPF_MAP_UPDATE_ELEM, self.fd, self._keys.encode(key),
                                    syscall.buffer(data), flags)
        if error:
            raise self._error(Command.BPF_MAP_UPDATE_ELEM, error, key)

    def __getitem__(self, key: Any) -> int:
        value = syscall.buffer(self.value_size or 4)
        error = syscall.map_element(Command.BPF_MAP_LOOKUP_ELEM, self.fd, self._keys.encode(key), value)
        if error == errno.ENOENT:
            raise KeyError(key)
        if error in (errno.ENOSPC, errno.EOPNOTSUPP, ENOTSUPP):
            raise MapOperationError(f"map {self.name}: user space cannot read a {self.type.name}",
                                    help="a map of sockets whose values have 8 bytes gives their cookies"
                                    if error == errno.ENOSPC else "")
        if error:
            raise self._error(Command.BPF_MAP_LOOKUP_ELEM, error, key)
        return int.from_bytes(value.raw, sys.byteorder)

    def __delitem__(self, key: Any) -> None:
        error = syscall.map_element(Command.BPF_MAP_DELETE_ELEM, self.fd, self._keys.encode(key), None)
        if error in (errno.ENOENT, errno.EINVAL):  # EINVAL: an empty slot of a SOCKMAP
            raise KeyError(key)
        if error:
            raise self._error(Command.BPF_MAP_DELETE_ELEM, error, key)

    def __contains__(self, key: object) -> bool:
        return self.get(key) is not None

    def _what_fits(self, error: int) -> str:
        if error in (errno.EINVAL, errno.EBADF, errno.ENOTSOCK, errno.EOPNOTSUPP):
            return f"it takes {_TAKES[self.type]}" if self.type in _TAKES else ""
        return ""

    def items(self) -> Iterator[tuple[Any, int]]:
        """The slots that hold something, with the ids of what they hold."""
        for key in self:
            if (number := self.get(key)) is not None:  # it was emptied meanwhile
                yield key, number

    def get(self, key: Any, default: int | None = None) -> int | None:
        """The id of what is in a slot, or `default` where it is empty."""
        try:
            return self[key]
        except KeyError:
            return default

    def __iter__(self) -> Iterator[Any]:
        """The keys of slots that hold something."""
        key: bytes | None = None
        for _ in range(4 * self.max_entries + 64):  # where slots change meanwhile the kernel may start over
            following = syscall.buffer(self.key_size)
            error = syscall.map_element(Command.BPF_MAP_GET_NEXT_KEY, self.fd,
                                        syscall.buffer(key) if key is not None else None, following)
            if error == errno.ENOENT:
                return
            if error:
                raise self._error(Command.BPF_MAP_GET_NEXT_KEY, error)
            key = following.raw
            decoded = self._keys.decode(key)
            if decoded in self:
                yield decoded

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def open(self, key: Any) -> Map:
        """The map in a slot of a map of maps, for the caller to close.

        Raises:
            KeyError: the slot is empty.
            MapOperationError: this is no map of maps.
        """
        self._check_inner("open")
        return self._view(syscall.fd_by_id(Command.BPF_MAP_GET_FD_BY_ID, self[key]))

    def create(self, key: Any, *, max_entries: int | None = None) -> Map:
        """Make a new inner map after the declared one and put it into a slot.

        Args:
            max_entries: instead of the declared number, where the kernel allows it: hash tables (5.9 and arrays with
                BPF_F_INNER_MAP too).

        Returns:
            The inner map, for the caller to fill and close; the slot keeps it alive.

        Raises:
            MapError: the kernel refuses it.
        """
        inner = self._check_inner("create")
        fd, error = syscall.map_create(inner.type, inner.key_size, inner.value_size, max_entries or inner.max_entries,
                                       inner.map_flags, numa_node=inner.numa_node or 0, map_extra=inner.map_extra)
        if error:
            raise syscall.failure(Command.BPF_MAP_CREATE, error, f"an inner map of {self.name}", MapError)
        made = self._view(fd)
        try:
            self[key] = made
        except BaseException:
            made.close()
            raise
        return made

    def _check_inner(self, doing: str) -> Any:
        if self.spec.inner is None:
            raise MapOperationError(f"map {self.name} is a {self.type.name}: {doing}() is for maps of maps whose inner "
                                    "map is declared")
        return self.spec.inner

    def _view(self, fd: int) -> Map:
        from . import view

        return view(OwnedDescriptor(fd, f"inner map of {self.name}"), self.spec.inner)  # type: ignore[arg-type]
