"""The reader of a ring buffer (BPF_MAP_TYPE_RINGBUF).

The map is a page with the consumer's position, one with the producer's, and the data, which is mapped twice in a
row so that no record wraps. A record is a header of 8 bytes (its length in 30 bits, "busy" until it is submitted,
"discarded" if it is to be skipped) and the data, padded to 8 bytes.

Source: kernel/bpf/ringbuf.c, Documentation/bpf/ringbuf.rst.
"""

from __future__ import annotations

import mmap
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from ..decoders import decoder
from ..descriptor import Single
from ..errors import ClosedError, KernelError, RecordError
from .batch import Batch, too_short
from .ordering import barrier
from .source import BufferStatistics, claim, give_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..layout import AnyType
    from ..maps import Map

_BUSY = 1 << 31  # BPF_RINGBUF_BUSY_BIT
_DISCARDED = 1 << 30  # BPF_RINGBUF_DISCARD_BIT
_HEADER = 8  # BPF_RINGBUF_HDR_SZ
_COMPARED = 4096  # headers at once
_WORTH_COMPILING = 16  # records in a row of a length that none had before
_PAGE = mmap.PAGESIZE


def stride_of(length: int) -> int:
    """The bytes that a record of a length takes in the buffer."""
    return (length + _HEADER + 7) & ~7


class Run(NamedTuple):
    """Records of one length in a row; a discarded record stands alone, with a number of 0."""

    position: int
    number: int
    stride: int  # bytes from one to the next
    length: int  # bytes of each


class RingReader(Single):
    """Reads a ring buffer from where the last reader stopped.

    Args:
        map_: the buffer; must stay open.
        type_: the layout of a record; None for bytes.

    Raises:
        BufferInUseError: this process reads it already.
        UnsupportedFeature: this machine's memory model is not known.
        KernelError: it cannot be mapped.
    """

    def __init__(self, map_: Map, type_: AnyType | None) -> None:
        info = map_.info()
        self.name = map_.name
        self.type = type_
        self.size = info.max_entries
        self.read = self.discarded = 0
        self._map = map_
        self._mask = self.size - 1
        self._barrier: Callable[[], None] = barrier()
        self._claim: int | None = claim(map_)
        self._failure: RecordError | None = None
        self._batch: Batch | None = None
        self._pattern = memoryview(bytes(4)).cast("I")  # the last header that came in a row, over and over
        self._decoders: dict[int, Callable[[memoryview], list[Any]]] = {}
        try:
            self._consumer_page = mmap.mmap(map_.fd, _PAGE, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
            self._ring = mmap.mmap(map_.fd, _PAGE + 2 * self.size, mmap.MAP_SHARED, mmap.PROT_READ, offset=_PAGE)
        except OSError as error:
            self._end_claim()
            raise KernelError("mmap", error.errno or 0, f"reading map {map_.name}") from error
        ring = memoryview(self._ring)
        self.position = memoryview(self._consumer_page).cast("Q")  # the kernel has the room in front of it
        self._producer = ring[:_PAGE].cast("Q")
        self._data = ring[_PAGE:]
        self._words = self._data.cast("I")
        self._position: int = self.position[0]  # behind what was decoded

    def descriptors(self) -> list[int]:
        return [self._map.fd]

    @property
    def pending(self) -> int:
        """Bytes between the two positions: BPF_RB_AVAIL_DATA of bpf_ringbuf_query()."""
        waiting: int = self._producer[0] - self.position[0]
        return waiting

    def waits(self) -> bool:
        return False  # a ring buffer polls as readable as long as the two positions differ

    def statistics(self) -> BufferStatistics:
        return BufferStatistics(self.name, self.read, 0, self.discarded, self.pending if self._claim else 0, self.size)

    def drain(self, limit: int) -> tuple[list[Any], list[int]]:
        """Up to about `limit` values, and where each ends: the kernel gets its room back, and another reader would
        begin there, once it is handed out.

        Raises:
            RecordError: the next record is shorter than the type; it is skipped.
            ClosedError: the object was closed.
        """
        self._begin()
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        values: list[Any] = []
        ends: list[int] = []
        runs, end = self._scan(limit)
        for run in runs:
            if not run.number:
                self.discarded += 1
                continue
            try:
                values += self._decode(run)
                first = run.position + run.stride
                ends += range(first, first + run.number * run.stride, run.stride)
            except RecordError as error:
                # What was decoded before is not held back, what comes behind is read next time.
                self._failure, end = error, run.position + run.stride
                break
        if ends:
            self._barrier()  # all was read before any of the room is given back
            self._position = ends[-1] = end
            self.read += len(values)
        elif runs:
            self._advance(end)
        if not values and self._failure is not None:
            return self.drain(limit)
        return values, ends

    def batch(self, limit: int) -> Batch | None:
        """A window on up to `limit` records of one length; None where there is no record."""
        self._begin()
        runs, end = self._scan(limit, first_only=True)
        self.discarded += sum(not run.number for run in runs)
        if not runs or not runs[-1].number:
            if runs:
                self._advance(end)
            return None
        run = runs[-1]
        at = run.position & self._mask

        def release() -> None:
            self._batch = None
            self._advance(end)
            self.read += run.number

        self._batch = Batch(self.name, self._data[at : at + run.number * run.stride], self.type, offset=_HEADER,
                            stride=run.stride, length=run.length, release=release)
        return self._batch

    def close(self) -> None:
        if self._claim is None:
            return
        if self._batch is not None:
            self._batch.release()
        self._end_claim()
        for view in (self._words, self._data, self._producer, self.position):
            view.release()
        # Not mmap.close(): it would unmap under a NumPy array, which holds the mapping without exporting its buffer.
        del self._consumer_page, self._ring

    def _begin(self) -> None:
        """Before each read: the object is open, and the last batch is over."""
        _ = self._map.fd  # raises where the object is closed
        if self._claim is None:
            raise ClosedError(f"the reader of {self.name} is closed")
        if self._batch is not None:
            self._batch.release()
        if self.position[0] != self._position:  # two threads handed out the last records side by side
            self.position[0] = self._position

    def _end_claim(self) -> None:
        if self._claim is not None:
            give_up(self._claim)
            self._claim = None

    def _scan(self, limit: int, *, first_only: bool = False) -> tuple[list[Run], int]:
        """What has been submitted or discarded from our position on, and the position behind that."""
        position = self._position
        producer = self._written()
        runs: list[Run] = []
        if position == producer:
            return runs, position
        self._barrier()
        words, mask = self._words, self._mask
        while position < producer and limit > 0:
            at = position & mask
            header: int = words[at >> 2]
            if header & _BUSY:
                break  # what was reserved behind it is not in order before it is submitted
            length = header & ~_DISCARDED
            stride = stride_of(length)
            count = 0
            if not header & _DISCARDED:
                count = self._equal(at, header, stride, min((producer - position) // stride, limit))
            runs.append(Run(position, count, stride, length))
            position += max(count, 1) * stride
            limit -= count
            if count and first_only:
                break
        self._barrier()
        return runs, position

    def _written(self) -> int:
        """The position behind the last record that was reserved."""
        position: int = self._producer[0]
        return position

    def _equal(self, at: int, header: int, stride: int, most: int) -> int:
        """How many records in a row, up to `most`, have the same header as the one at `at`.

        Each header that is equal shows where the next one is, so those before the first difference are headers
        indeed.
        """
        if most < 2:
            return 1
        if self._pattern[0] != header:
            self._pattern = memoryview(header.to_bytes(4, sys.byteorder) * _COMPARED).cast("I")
        step = stride >> 2
        for done in range(0, most, _COMPARED):
            count = min(_COMPARED, most - done)
            start = (at >> 2) + done * step
            found = self._words[start : start + count * step : step]
            if found != self._pattern[:count]:
                return done + next(number for number, one in enumerate(found) if one != header)
        return most

    def _decode(self, run: Run) -> list[Any]:
        position, count, stride, length = run
        at = position & self._mask
        data = self._data
        type_ = self.type
        if type_ is None:
            return [bytes(data[start : start + length])
                    for start in range(at + _HEADER, at + count * stride, stride)]
        if length < type_.size:
            raise too_short(self.name, length, type_)
        known = self._decoders.get(stride)
        if known is None:
            if count < _WORTH_COMPILING:
                size, single = type_.size, decoder(type_)
                return [single(data[start : start + size])[0]
                        for start in range(at + _HEADER, at + count * stride, stride)]
            known = self._decoders[stride] = decoder(type_, _HEADER, stride - _HEADER - type_.size)
        return known(data[at : at + count * stride])

    def _advance(self, position: int) -> None:
        """Give the room before a position back to the kernel, once what was there has been read."""
        self._barrier()
        self._position = self.position[0] = position
