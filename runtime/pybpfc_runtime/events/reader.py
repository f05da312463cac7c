"""One loop over the records of several buffers: `for event in bpf.events("opens", "exits")`."""

from __future__ import annotations

import os
import select
import time
from itertools import islice
from operator import length_hint
from typing import TYPE_CHECKING, Any

from ..descriptor import Single
from ..errors import BufferInUseError, ClosedError, RecordError
from .source import checked_timeout

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from types import TracebackType

    from .batch import Batch
    from .source import BufferStatistics, Source

CHUNK = 512  # records decoded at once
_LONGEST_WAIT = 0.25  # seconds: records submitted with BPF_RB_NO_WAKEUP wake nobody and are found then
_BUSY_WAIT = 0.0005  # seconds: the next record is reserved and not yet submitted, which epoll cannot tell from ready


def _end_of(timeout: float | None) -> float | None:
    seconds = checked_timeout(timeout)
    return None if seconds is None else time.monotonic() + seconds


class Events(Single):
    """The records of one or several buffers: an iterator, an asynchronous iterator, a context manager.

    A record is read once. When a loop ends early, the next one goes on behind the record that was seen last. Records
    of one ring buffer come in the order in which they were reserved; there is no order between buffers.

    Args:
        sources: the buffers.
        timeout: seconds to wait for the next record before a loop ends; None to wait for ever, 0 for what is there.
    """

    def __init__(self, sources: Sequence[Source], timeout: float | None = None) -> None:
        self._sources = list(sources)
        self.timeout = checked_timeout(timeout)
        self._process = os.getpid()
        self._awaited = False
        self._pending: Iterator[Any] = iter(())
        self._name = ""  # of the buffer that the pending records come from
        self._turn = 0
        self._epoll = select.epoll()
        for source in self._sources:
            for descriptor in source.descriptors():
                self._epoll.register(descriptor, select.EPOLLIN)

    def fileno(self) -> int:
        """A descriptor that polls as readable when there may be records: for an event loop of your own, beside
        `read()`.

        Raises:
            ClosedError: it was closed.
        """
        self._open()
        return self._epoll.fileno()

    @property
    def closed(self) -> bool:
        return self._epoll.closed

    def close(self) -> None:
        """Stop reading; another reader may take over. Harmless twice."""
        self._pending = iter(())
        self._epoll.close()
        if self._process == os.getpid():  # a forked process must not end what its parent reads
            for source in self._sources:
                source.close()

    def __enter__(self) -> Events:
        self._open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def __del__(self) -> None:
        if hasattr(self, "_epoll"):  # not where __init__ failed
            self.close()

    # Reading

    def __iter__(self) -> Iterator[Any]:
        while self._refill(self.timeout):
            yield from self._pending

    def named(self) -> Iterator[tuple[str, Any]]:
        """The records with the name of the buffer that each comes from."""
        while self._refill(self.timeout):
            name = self._name
            for record in self._pending:
                yield name, record

    async def __aiter__(self) -> AsyncIterator[Any]:
        while await self._refill_async(self.timeout):
            for record in self._pending:
                yield record

    def read(self, limit: int = CHUNK) -> list[Any]:
        """Up to `limit` records that are there now, without waiting."""
        self._open()
        if not self._has_pending() and not self._drain(limit):
            return []
        return list(islice(self._pending, limit))

    def read_batch(self, limit: int = 1 << 14) -> Batch | None:
        """Up to `limit` records of one buffer and one length as they lie in memory, without waiting.

        Returns:
            None where there is no record. Use it in a `with` block: see `Batch`.

        Raises:
            RecordError: a loop over the records ended early, and some that it took are still to be read.
        """
        self._open()
        if self._has_pending():
            raise RecordError("a loop took records out of the buffer that have not been read yet",
                              help="take them with read(), then go on with read_batch()")
        for _ in self._sources:
            batch = self._next_source().batch(limit)
            if batch is not None:
                return batch
        return None

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until there may be records.

        Args:
            timeout: seconds; None for ever.

        Returns:
            False where the time is over.
        """
        self._open()
        return bool(self._epoll.poll(checked_timeout(timeout)))

    # What is known of losses

    @property
    def lost(self) -> int:
        """Records that the kernel reports as lost (perf buffers): see `BufferStatistics.lost`."""
        return sum(item.lost for item in self.statistics())

    def statistics(self) -> list[BufferStatistics]:
        """What happened to each buffer so far."""
        return [source.statistics() for source in self._sources]

    # Filling

    def _refill(self, timeout: float | None) -> bool:
        """Have pending records, waiting for them if need be; False where the time is over."""
        if self._has_pending() or self._drain(CHUNK):
            return True
        end = _end_of(timeout)
        while (wait := self._slice(end)) > 0:
            ready = self._epoll.poll(wait)
            if self._drain(CHUNK):
                return True
            if ready:
                time.sleep(_BUSY_WAIT)
        return False

    async def _refill_async(self, timeout: float | None) -> bool:
        if self._has_pending() or self._drain(CHUNK):
            return True
        import asyncio

        if self._awaited:
            raise BufferInUseError("another task is waiting for these events already",
                                   help="read them in one task, which hands them on: asyncio.Queue")
        end = _end_of(timeout)
        self._awaited = True
        try:
            while (wait := self._slice(end)) > 0:
                ready = await self._readable(wait)
                if self._drain(CHUNK):
                    return True
                if ready:
                    await asyncio.sleep(_BUSY_WAIT)
            return False
        finally:
            self._awaited = False

    async def _readable(self, seconds: float) -> bool:
        import asyncio

        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()

        def wake() -> None:
            if not future.done():
                future.set_result(None)

        loop.add_reader(self._epoll.fileno(), wake)
        try:
            await asyncio.wait_for(future, seconds)
        except asyncio.TimeoutError:
            return False
        finally:
            loop.remove_reader(self._epoll.fileno())
        return True

    def _slice(self, end: float | None) -> float:
        """How long to sleep at most before looking again."""
        return _LONGEST_WAIT if end is None else min(_LONGEST_WAIT, end - time.monotonic())

    def _drain(self, limit: int) -> bool:
        """Take records out of the next buffer that has some."""
        self._open()
        for _ in self._sources:
            source = self._next_source()
            records = source.drain(limit)
            if records:
                self._pending, self._name = iter(records), source.name
                return True
        return False

    def _next_source(self) -> Source:
        self._turn += 1
        return self._sources[self._turn % len(self._sources)]

    def _has_pending(self) -> bool:
        return length_hint(self._pending) > 0

    def _open(self) -> None:
        if self._epoll.closed:
            raise ClosedError("the reader of these events is closed")
        if self._process != os.getpid():
            raise BufferInUseError("these events are read by the process that this one was forked from",
                                   help="open them after fork(): two readers would see records twice")

    def __repr__(self) -> str:
        return f"<Events of {', '.join(source.name for source in self._sources)}{' (closed)' * self.closed}>"
