"""One loop over the records of several buffers: `for event in bpf.events("opens", "exits")`."""

from __future__ import annotations

import os
import select
import time
from contextlib import suppress
from itertools import islice
from operator import length_hint
from typing import TYPE_CHECKING, Any, NamedTuple

from ..descriptor import Single
from ..errors import BufferInUseError, ClosedError, RecordError
from .source import checked_timeout

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence
    from types import TracebackType

    from .batch import Batch
    from .source import BufferStatistics, Source

CHUNK = 512  # records decoded at once
_LONGEST_WAIT = 0.25  # seconds: records submitted with BPF_RB_NO_WAKEUP wake nobody and are found then
_BUSY_WAIT = 0.0005  # seconds: the next record is reserved and not yet submitted, which epoll cannot tell from ready


class _Chunk(NamedTuple):
    """Records of one buffer that were decoded, and are handed out one by one."""

    source: Source
    records: list[Any]
    values: Iterator[Any]  # those that were not handed out
    ends: Iterator[int]  # where they end, in step with them


class _Turns:
    """An asynchronous loop over records. No generator, which a wait that is cancelled ends for good:
    `wait_for(anext(turns), 1)` may be tried again."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._position: Any = [0]
        self._pairs: Iterator[tuple[Any, int]] = iter(())

    def __aiter__(self) -> _Turns:
        return self

    async def __anext__(self) -> Any:
        while True:
            position = self._position
            for record, position[0] in self._pairs:
                return record
            chunk = await self._events._refill_async(self._events.timeout)
            if chunk is None:
                raise StopAsyncIteration
            self._position = chunk.source.position
            self._pairs = zip(chunk.values, chunk.ends, strict=False)

    def __del__(self) -> None:
        self._events._mark()


def _end_of(timeout: float | None) -> float | None:
    seconds = checked_timeout(timeout)
    return None if seconds is None else time.monotonic() + seconds


class Events(Single):
    """The records of one or several buffers, for `for`, `async for` and `with`.

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
        self._waiting: Callable[[], None] | None = None  # ends the wait of a task
        self._chunk: _Chunk | None = None
        self._failure: RecordError | None = None
        self._turn = 0
        self._epoll = select.epoll()
        for source in self._sources:
            for descriptor in source.descriptors():
                self._epoll.register(descriptor, select.EPOLLIN)
        self._left = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)  # readable while something is left unread
        self._is_left = False
        self._epoll.register(self._left, select.EPOLLIN)

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
        """Stop reading; another reader may take over, and begins with the first record that was not handed out. A
        perf buffer is the reader's own and ends with it. Harmless twice."""
        if self._chunk is not None:
            self._chunk.source.read -= length_hint(self._chunk.values)  # not handed out
            self._chunk.records.clear()  # a loop that goes on finds nothing more
        if self._waiting is not None:
            self._waiting()
        if not self._epoll.closed:
            self._epoll.close()
            os.close(self._left)
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
        if hasattr(self, "_is_left"):  # not where __init__ failed
            self.close()

    # Reading

    def __iter__(self) -> Iterator[Any]:
        try:
            while (chunk := self._refill(self.timeout)) is not None:
                position = chunk.source.position
                for record, position[0] in zip(chunk.values, chunk.ends, strict=False):
                    yield record
        finally:
            self._mark()

    def named(self) -> Iterator[tuple[str, Any]]:
        """The records with the name of the buffer that each comes from."""
        try:
            while (chunk := self._refill(self.timeout)) is not None:
                name, position = chunk.source.name, chunk.source.position
                for record, position[0] in zip(chunk.values, chunk.ends, strict=False):
                    yield name, record
        finally:
            self._mark()

    def __aiter__(self) -> AsyncIterator[Any]:
        return _Turns(self)

    def read(self, limit: int = CHUNK) -> list[Any]:
        """Up to `limit` records that are there now, of one buffer after the other, without waiting."""
        self._open()
        records: list[Any] = []
        while (most := limit - len(records)) > 0:
            try:
                chunk = self._chunk if self._has_pending() else self._drain(most)
            except RecordError as error:
                if not records:
                    raise
                self._failure = error  # what was read is not held back
                break
            if chunk is None:
                break
            taken = list(islice(chunk.values, most))
            chunk.source.position[0] = next(islice(chunk.ends, len(taken) - 1, None))
            records += taken
        self._mark()
        return records

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
                self._mark()
                return batch
        self._mark()
        return None

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until there may be records.

        Args:
            timeout: seconds; None for ever.

        Returns:
            False where the time is over.
        """
        self._open()
        self._mark()
        return bool(self._epoll.poll(checked_timeout(timeout)))

    # What is known of losses

    @property
    def lost(self) -> int:
        """Records that the kernel reports as lost (perf buffers): see `BufferStatistics.lost`."""
        return sum(item.lost for item in self.statistics())

    def statistics(self) -> list[BufferStatistics]:
        """What happened to each buffer so far."""
        found = [source.statistics() for source in self._sources]
        if self._chunk is not None:  # some of what was decoded may not have been handed out
            number = self._sources.index(self._chunk.source)
            found[number] = found[number]._replace(read=found[number].read - length_hint(self._chunk.values))
        return found

    # Filling

    def _refill(self, timeout: float | None) -> _Chunk | None:
        """Records to hand out, waited for if need be; None where the time is over."""
        if (chunk := self._at_hand()) is not None:
            return chunk
        end = _end_of(timeout)
        self._mark()
        while (wait := self._slice(end)) > 0:
            ready = self._epoll.poll(wait)
            if (chunk := self._drain(CHUNK)) is not None:
                return chunk
            if ready:
                time.sleep(_BUSY_WAIT)
        return None

    async def _refill_async(self, timeout: float | None) -> _Chunk | None:
        import asyncio

        if (chunk := self._at_hand()) is not None:
            await asyncio.sleep(0)  # a stream that never pauses leaves the other tasks their turns
            return chunk
        if self._awaited:
            raise BufferInUseError("another task is waiting for these events already",
                                   help="read them in one task, which hands them on: asyncio.Queue")
        end = _end_of(timeout)
        self._mark()
        self._awaited = True
        try:
            while (wait := self._slice(end)) > 0:
                ready = await self._readable(wait)
                if (chunk := self._drain(CHUNK)) is not None:
                    return chunk
                if ready:
                    await asyncio.sleep(_BUSY_WAIT)
            return None
        finally:
            self._awaited = False

    async def _readable(self, seconds: float) -> bool:
        import asyncio

        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        descriptor = self._epoll.fileno()

        def wake() -> None:
            if not future.done():
                future.set_result(None)

        def end() -> None:
            self._waiting = None
            loop.remove_reader(descriptor)  # before the reader is closed: the number may then be another file's
            wake()

        loop.add_reader(descriptor, wake)
        self._waiting = end
        try:
            await asyncio.wait_for(future, seconds)
        except asyncio.TimeoutError:
            return False
        finally:
            if self._waiting is end:
                end()
        return True

    def _slice(self, end: float | None) -> float:
        """How long to sleep at most before looking again."""
        return _LONGEST_WAIT if end is None else min(_LONGEST_WAIT, end - time.monotonic())

    def _at_hand(self) -> _Chunk | None:
        return self._chunk if self._has_pending() else self._drain(CHUNK)

    def _drain(self, limit: int) -> _Chunk | None:
        """Decode records of the next buffer that has some."""
        self._open()
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        for _ in self._sources:
            source = self._next_source()
            records, ends = source.drain(limit)
            if records:
                self._chunk = _Chunk(source, records, iter(records), iter(ends))
                return self._chunk
        return None

    def _mark(self) -> None:
        """Poll as readable if, and only if, there is something that the buffers' descriptors do not tell of."""
        if self._epoll.closed or self._process != os.getpid():
            return
        left = self._has_pending() or any(source.waits() for source in self._sources)
        if left != self._is_left:
            self._is_left = left
            if left:
                os.eventfd_write(self._left, 1)
            else:
                with suppress(BlockingIOError):  # another thread that reads was first
                    os.eventfd_read(self._left)

    def _next_source(self) -> Source:
        self._turn += 1
        return self._sources[self._turn % len(self._sources)]

    def _has_pending(self) -> bool:
        return self._chunk is not None and length_hint(self._chunk.values) > 0

    def _open(self) -> None:
        if self._epoll.closed:
            raise ClosedError("the reader of these events is closed")
        if self._process != os.getpid():
            raise BufferInUseError("these events are read by the process that this one was forked from",
                                   help="open them after fork(): two readers would see records twice")

    def __repr__(self) -> str:
        return f"<Events of {', '.join(source.name for source in self._sources)}{' (closed)' * self.closed}>"
