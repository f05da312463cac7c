"""The writer of a user ring buffer (BPF_MAP_TYPE_USER_RINGBUF): records from user space to programs.

The mirror image of a ring buffer: this process is the producer, and a program that calls bpf_user_ringbuf_drain()
the consumer. A record is busy from the moment it is reserved until it is committed; the program stops there.

Source: kernel/bpf/ringbuf.c (`bpf_user_ringbuf_drain`), 6.1.
"""

from __future__ import annotations

import math
import mmap
import select
import struct
import time
from typing import TYPE_CHECKING, Any

from ..descriptor import Single
from ..errors import BufferFullError, ClosedError, CodecContextError, KernelError, MapOperationError
from ..layout import CodecError
from .ordering import barrier
from .source import checked_timeout, claim, give_up

if TYPE_CHECKING:
    from types import TracebackType

    from ..layout import AnyType
    from ..maps import Map

_BUSY = 1 << 31
_DISCARDED = 1 << 30
_HEADER = 8
_LENGTH = struct.Struct("=II")
_LONGEST_WAIT = 0.05  # seconds; the kernel wakes a waiting producer after a drain, which may have come before the wait
_PAGE = mmap.PAGESIZE


class UserRecord(Single):
    """Room in the buffer. Fill `memory`, then `commit()` or `discard()`; a `with` block commits, or discards where it
    raises.

    Attributes:
        memory: the record's bytes, writable.
    """

    def __init__(self, writer: UserRingWriter, position: int, size: int) -> None:
        self._writer = writer
        self._header = position & (writer.size - 1)
        self._open = True
        self.memory = writer._data[self._header + _HEADER : self._header + _HEADER + size]

    def fill(self, value: Any) -> None:
        """Write a value of the buffer's type.

        Raises:
            CodecContextError: it does not fit.
        """
        self._check()
        data = self._writer._encode(value)
        if len(data) != len(self.memory):
            raise CodecContextError(f"record of {self._writer.name}: {len(self.memory)} bytes are reserved, the value "
                                    f"has {len(data)}")
        self.memory[:] = data

    def commit(self) -> None:
        """Hand the record to the program."""
        self._end(0)

    def discard(self) -> None:
        """Give the record up; the program skips it."""
        self._end(_DISCARDED)

    def __enter__(self) -> UserRecord:
        self._check()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self._open:
            self._end(0 if kind is None else _DISCARDED)

    def __del__(self) -> None:
        # A record that stays busy would hold back all that comes behind it.
        if getattr(self, "_open", False) and self._writer._claim is not None:
            self.discard()

    def _check(self) -> None:
        if not self._open:
            raise ClosedError(f"this record of {self._writer.name} was committed or discarded",
                              help="reserve another one")

    def _end(self, flag: int) -> None:
        self._check()
        self._open = False
        length = len(self.memory)
        self.memory.release()
        self._writer._end(self._header, length | flag)


class UserRingWriter(Single):
    """Writes records to a user ring buffer; a context manager.

    Args:
        map_: the buffer; must stay open.
        type_: the layout of a record; None for bytes.

    Raises:
        BufferInUseError: this process writes to it already.
        KernelError: it cannot be mapped.
    """

    def __init__(self, map_: Map, type_: AnyType | None) -> None:
        self.name = map_.name
        self.type = type_
        self.size: int = map_.info().max_entries
        self._map = map_
        self._barrier = barrier()
        self._claim: int | None = claim(map_, "written")
        self._reserved: dict[int, int] = {}  # records that are neither committed nor discarded: header, length
        try:
            self._consumer_page = mmap.mmap(map_.fd, _PAGE, mmap.MAP_SHARED, mmap.PROT_READ)
            self._ring = mmap.mmap(map_.fd, _PAGE + 2 * self.size, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE,
                                   offset=_PAGE)
        except OSError as error:
            give_up(self._claim)
            raise KernelError("mmap", error.errno or 0, f"writing to map {map_.name}") from error
        ring = memoryview(self._ring)
        self._consumer = memoryview(self._consumer_page).cast("Q")
        self._producer = ring[:_PAGE].cast("Q")
        self._data: memoryview = ring[_PAGE:]
        self._words = self._data.cast("I")

    def reserve(self, size: int | None = None) -> UserRecord | None:
        """Room for a record; None where the buffer is full. What is reserved first is seen first.

        Args:
            size: bytes; by default those of the type.

        Raises:
            MapOperationError: no size is known, or it can never fit.
        """
        _ = self._map.fd  # raises where the object is closed
        if self._claim is None:
            raise ClosedError(f"the writer of {self.name} is closed")
        if size is None:
            if self.type is None:
                raise MapOperationError(f"map {self.name}: how many bytes are to be reserved?",
                                        help="reserve(size), or name the type: writer(type=...)")
            size = self.type.size
        room = (size + _HEADER + 7) & ~7
        if room > self.size or size < 0:
            raise MapOperationError(f"map {self.name} has {self.size} bytes: a record of {size} never fits")
        produced: int = self._producer[0]
        consumed: int = self._consumer[0]
        if room > self.size - (produced - consumed):
            return None
        self._barrier()  # the consumer is done with the room
        record = UserRecord(self, produced, size)
        self._reserved[record._header] = size
        _LENGTH.pack_into(self._data, record._header, size | _BUSY, 0)
        self._barrier()  # the header is there before the position that covers it
        self._producer[0] = produced + room
        return record

    def send(self, value: Any, timeout: float | None = 0) -> None:
        """Write one record.

        Args:
            value: of the buffer's type, or bytes.
            timeout: seconds to wait for room; None for ever.

        Raises:
            BufferFullError: there is no room.
            CodecContextError: the value does not fit the type.
        """
        data = self._encode(value)
        size = len(data)
        seconds = checked_timeout(timeout)
        end = math.inf if seconds is None else time.monotonic() + seconds
        while (record := self.reserve(size)) is None:
            remaining = end - time.monotonic()
            if remaining <= 0:
                raise BufferFullError(f"map {self.name}: no room for {size} bytes")
            poll = select.poll()
            poll.register(self._map.fd, select.POLLOUT)
            poll.poll(min(remaining, _LONGEST_WAIT) * 1000)
        record.memory[:] = data
        record.commit()

    def close(self) -> None:
        """Stop writing; what was committed stays for the program, what is still reserved is discarded. Harmless
        twice."""
        if self._claim is None:
            return
        for header, length in list(self._reserved.items()):
            self._end(header, length | _DISCARDED)
        give_up(self._claim)
        self._claim = None
        for view in (self._words, self._producer, self._consumer):
            view.release()

    def __enter__(self) -> UserRingWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_words"):  # not where __init__ failed
            self.close()

    def _encode(self, value: Any) -> bytes:
        is_memory = isinstance(value, (bytes, bytearray, memoryview))
        if self.type is None and not is_memory and not hasattr(value, "__bytes__"):
            raise CodecContextError(f"record of {self.name}: bytes are wanted, not {type(value).__name__}")
        try:
            data = bytes(value) if self.type is None or is_memory else self.type.encode(value)
        except (CodecError, TypeError, ValueError) as error:
            raise CodecContextError(f"record of {self.name}: {error}") from error
        if self.type is not None and len(data) != self.type.size:
            raise CodecContextError(f"record of {self.name}: {self.type.size} bytes are wanted, not {len(data)}")
        return data

    def _end(self, header: int, length: int) -> None:
        if self._claim is None:
            raise ClosedError(f"the writer of {self.name} is closed")
        self._barrier()  # the data is there before the header says so
        self._words[header >> 2] = length
        del self._reserved[header]
