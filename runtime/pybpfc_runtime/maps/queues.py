"""Maps without keys: queues, stacks, bloom filters."""

from __future__ import annotations

import errno
from typing import Any

from .. import syscall
from ..codec import checked_flags
from ..errors import CodecContextError
from ..uapi import BPF_ANY, Command
from .base import Map


class Queue(Map):
    """BPF_MAP_TYPE_QUEUE and STACK."""

    def push(self, value: Any, flags: int = BPF_ANY) -> None:
        """Append a value; with BPF_EXIST the oldest one makes room.

        Raises:
            MapError: E2BIG: the map is full.
        """
        data = syscall.buffer(self._values.encode(value))
        checked_flags(flags, f"map {self.name}")
        error = syscall.map_element(Command.BPF_MAP_UPDATE_ELEM, self.fd, None, data, flags)
        if error:
            raise self._error(Command.BPF_MAP_UPDATE_ELEM, error)

    def pop(self) -> Any:
        """Take the next value; None when there is none."""
        return self._take(Command.BPF_MAP_LOOKUP_AND_DELETE_ELEM)

    def peek(self) -> Any:
        """The next value, left in place; None when there is none."""
        return self._take(Command.BPF_MAP_LOOKUP_ELEM)

    def _take(self, command: Command) -> Any:
        value = syscall.buffer(self.value_size)
        error = syscall.map_element(command, self.fd, None, value)
        if error == errno.ENOENT:
            return None
        if error:
            raise self._error(command, error)
        return self._values.decode(value.raw)


class BloomFilter(Map):
    """BPF_MAP_TYPE_BLOOM_FILTER: a set that may take a value for a member that is none, never the reverse."""

    def add(self, value: Any) -> None:
        """Add a value."""
        data = syscall.buffer(self._values.encode(value))
        error = syscall.map_element(Command.BPF_MAP_UPDATE_ELEM, self.fd, None, data)
        if error:
            raise self._error(Command.BPF_MAP_UPDATE_ELEM, error)

    def __contains__(self, value: object) -> bool:
        try:
            data = syscall.buffer(self._values.encode(value))
        except CodecContextError:
            return False  # what cannot be a value was never added
        error = syscall.map_element(Command.BPF_MAP_LOOKUP_ELEM, self.fd, None, data)
        if error not in (0, errno.ENOENT):
            raise self._error(Command.BPF_MAP_LOOKUP_ELEM, error)
        return error == 0
