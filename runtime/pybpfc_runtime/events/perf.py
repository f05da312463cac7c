"""The reader of a perf buffer (BPF_MAP_TYPE_PERF_EVENT_ARRAY): a perf event for each online CPU.

Each event has a page with the kernel's position (`data_head`) and ours (`data_tail`), and behind it the data, a ring
of a power of two of pages that records wrap around in. Records of two kinds come: samples that
bpf_perf_event_output() made, and how many were lost for want of room. Records of one CPU are in order, those of
different CPUs are not.

Source: perf_event_open(2); include/uapi/linux/perf_event.h, `struct perf_event_mmap_page`; kernel/trace/bpf_trace.c.
"""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import struct
from itertools import repeat
from typing import TYPE_CHECKING, Any

from .. import syscall
from ..decoders import decoder
from ..descriptor import Single
from ..errors import ClosedError, CodecContextError, KernelError, RecordError
from ..features import cpu_numbers
from ..uapi import Command
from .batch import Batch, too_short
from .ordering import barrier
from .source import BufferStatistics, claim, give_up

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..layout import AnyType
    from ..maps import Map

_PERF_TYPE_SOFTWARE = 1
_PERF_COUNT_SW_BPF_OUTPUT = 10
_PERF_SAMPLE_RAW = 1 << 10
_PERF_FORMAT_LOST = 1 << 4  # Linux 6.0
_WATERMARK = 1 << 14  # wakeup_events counts bytes
_PERF_EVENT_IOC_ENABLE = 0x2400
_HEAD, _TAIL = 1024 // 8, 1032 // 8  # data_head, data_tail, in words of 8 bytes
_PERF_RECORD_LOST, _PERF_RECORD_SAMPLE = 2, 9
_RECORD = struct.Struct("=IHH")  # struct perf_event_header: type, misc, size
_LOST = struct.Struct("=8xQQ")  # id, lost
_COUNTS = struct.Struct("=QQ")  # what read(2) gives with PERF_FORMAT_LOST alone: value, lost
_SAMPLE = 12  # bytes in front of a sample's data: the header and a u32 with the length
_ONLINE = "/sys/devices/system/cpu/online"
_PAGE = mmap.PAGESIZE
DEFAULT_PAGES = 64


class _CpuBuffer(Single):
    """The event of one CPU."""

    def __init__(self, map_: Map, cpu: int, pages: int, wakeup: syscall.PerfEvent) -> None:
        self.cpu = cpu
        self.size = pages * _PAGE
        self.has_more = False  # the limit of the last read kept some from being taken
        self._lost = 0
        self.fd, error = syscall.perf_event_open(wakeup._replace(read_format=_PERF_FORMAT_LOST), cpu=cpu)
        self._is_told = not error
        if error == errno.EINVAL:
            self.fd, error = syscall.perf_event_open(wakeup, cpu=cpu)
        if error:
            raise syscall.failure(Command.BPF_MAP_UPDATE_ELEM, error,
                                  f"map {map_.name}: perf_event_open(2) for CPU {cpu}")
        try:
            self._memory = mmap.mmap(self.fd, _PAGE + self.size, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
            error = syscall.map_element(Command.BPF_MAP_UPDATE_ELEM, map_.fd, syscall.buffer(struct.pack("=I", cpu)),
                                        syscall.buffer(struct.pack("=I", self.fd)))
            if error:
                raise syscall.failure(Command.BPF_MAP_UPDATE_ELEM, error, f"map {map_.name}, CPU {cpu}")
            fcntl.ioctl(self.fd, _PERF_EVENT_IOC_ENABLE, 0)
        except OSError as error_:
            os.close(self.fd)
            if isinstance(error_, KernelError):
                raise
            raise KernelError("mmap", error_.errno or 0, f"map {map_.name}: the perf buffer of CPU {cpu}",
                              help="try fewer pages=, a power of two; see also kernel.perf_event_mlock_kb") from error_
        view = memoryview(self._memory)
        self._positions = view[:_PAGE].cast("Q")
        self._data = view[_PAGE:]

    @property
    def lost(self) -> int:
        """Records for which there was no room; before Linux 6.0 those that a later record tells of."""
        if self._is_told and self.fd >= 0:
            self._lost = _COUNTS.unpack(os.read(self.fd, _COUNTS.size))[1]
        return self._lost

    @property
    def pending(self) -> int:
        waiting: int = self._positions[_HEAD] - self._positions[_TAIL]
        return waiting

    def take(self, limit: int, fence: Any) -> list[bytes]:
        """The data of up to `limit` samples; what was lost is counted on the way."""
        head: int = self._positions[_HEAD]
        tail: int = self._positions[_TAIL]
        samples: list[bytes] = []
        if head == tail:
            self.has_more = False
            return samples
        fence()
        data, mask, size = self._data, self.size - 1, self.size
        while tail < head and len(samples) < limit:
            at = tail & mask  # records begin at multiples of 8: a header never wraps
            kind, _, length = _RECORD.unpack_from(data, at)
            record = data[at : at + length] if at + length <= size else bytes(data[at:]) + data[: at + length - size]
            if kind == _PERF_RECORD_SAMPLE:
                samples.append(bytes(record[_SAMPLE:]))
            elif kind == _PERF_RECORD_LOST and not self._is_told:
                self._lost += _LOST.unpack_from(record)[1]
            tail += length
        fence()
        self._positions[_TAIL] = tail
        self.has_more = tail < head
        return samples

    def close(self, map_: Map) -> None:
        if not map_.closed:
            syscall.map_element(Command.BPF_MAP_DELETE_ELEM, map_.fd, syscall.buffer(struct.pack("=I", self.cpu)), None)
        self._positions.release()
        self._data.release()
        self._memory.close()
        _ = self.lost  # for who asks later
        os.close(self.fd)
        self.fd = -1


class PerfReader(Single):
    """Reads a perf buffer.

    Args:
        map_: the map; must stay open.
        type_: the layout of a record; None for bytes. The kernel pads a sample to 4 bytes more than a multiple of 8,
            so bytes have up to 7 more than the program sent.
        pages: of each CPU's buffer, a power of two.
        wakeup_bytes: how many bytes must wait before a waiting reader is woken; 0 to wake it for each record.

    Raises:
        BufferInUseError: this process reads it already.
        PermissionDenied, KernelError: a perf event cannot be opened.
    """

    def __init__(self, map_: Map, type_: AnyType | None, pages: int = DEFAULT_PAGES, wakeup_bytes: int = 0) -> None:
        if not isinstance(pages, int) or pages < 1 or pages & pages - 1:
            raise CodecContextError(f"pages is a power of two, not {pages!r}")
        self.name = map_.name
        self.type = type_
        self.read = 0
        self._map = map_
        self._barrier = barrier()
        self._next = 0
        self.position = [0]  # the kernel gets the room back as soon as samples were copied
        self._failure: RecordError | None = None
        event = syscall.PerfEvent(_PERF_TYPE_SOFTWARE, _PERF_COUNT_SW_BPF_OUTPUT, 1, _PERF_SAMPLE_RAW,
                                  _WATERMARK if wakeup_bytes else 0, wakeup_bytes or 1)
        with open(_ONLINE, encoding="ascii") as file:
            cpus = [cpu for cpu in cpu_numbers(file.read()) if cpu < map_.info().max_entries]
        self._claim: int | None = claim(map_)
        self._buffers: list[_CpuBuffer] = []
        try:
            for cpu in cpus:
                self._buffers.append(_CpuBuffer(map_, cpu, pages, event))
        except BaseException:
            self.close()
            raise

    def descriptors(self) -> list[int]:
        return [buffer.fd for buffer in self._buffers]

    def lost_by_cpu(self) -> dict[int, int]:
        """How many records the kernel reports as lost, by CPU."""
        return {buffer.cpu: buffer.lost for buffer in self._buffers}

    def statistics(self) -> BufferStatistics:
        buffers = self._buffers
        closed = self._claim is None
        return BufferStatistics(self.name, self.read, sum(buffer.lost for buffer in buffers), 0,
                                0 if closed else sum(buffer.pending for buffer in buffers),
                                sum(buffer.size for buffer in buffers))

    def waits(self) -> bool:
        return any(buffer.has_more for buffer in self._buffers)  # polling tells of each wake-up once

    def drain(self, limit: int) -> tuple[list[Any], Iterable[int]]:
        """Take up to about `limit` records, from one CPU after the other.

        Raises:
            RecordError: a record is shorter than the type; it is skipped.
            ClosedError: the object was closed.
        """
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        samples = self._take(limit)
        type_ = self.type
        if type_ is None:
            self.read += len(samples)
            return samples, repeat(0)
        size = type_.size
        whole = [sample[:size] for sample in samples if len(sample) >= size]
        if len(whole) < len(samples):
            short = next(len(sample) for sample in samples if len(sample) < size)
            self._failure = too_short(self.name, short, type_)
            if not whole:
                return self.drain(limit)
        self.read += len(whole)
        return decoder(type_)(b"".join(whole)), repeat(0)

    def batch(self, limit: int) -> Batch | None:
        """Copies of up to `limit` records of one length; None where there is no record."""
        if self.type is None:
            samples = self._take(1)
        else:
            samples = [sample[: self.type.size] for sample in self._take(limit)]
        if not samples:
            return None
        shortest = min(map(len, samples))
        if self.type is not None and shortest < self.type.size:
            raise too_short(self.name, shortest, self.type)
        self.read += len(samples)
        return Batch(self.name, memoryview(b"".join(samples)), self.type, offset=0, stride=shortest, length=shortest)

    def close(self) -> None:
        if self._claim is None:
            return
        give_up(self._claim)
        self._claim = None
        for buffer in self._buffers:
            buffer.close(self._map)

    def _take(self, limit: int) -> list[bytes]:
        _ = self._map.fd  # raises where the object is closed
        if self._claim is None:
            raise ClosedError(f"the reader of {self.name} is closed")
        samples: list[bytes] = []
        count = len(self._buffers)
        for turn in range(count):
            buffer = self._buffers[(self._next + turn) % count]
            samples += buffer.take(limit - len(samples), self._barrier)
        self._next += 1  # the CPU that a full batch ended with is not the first one again
        return samples
