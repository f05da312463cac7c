"""What the readers of both kinds of buffer have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ..errors import BufferInUseError, CodecContextError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..maps import Map
    from .batch import Batch


class BufferStatistics(NamedTuple):
    """What a reader knows about its buffer.

    Attributes:
        name: of the map.
        read: records handed out.
        lost: records that the kernel reports as lost for want of room, or overwrote before they were read. Another
            ring buffer than one that overwrites reports none: its program sees that `reserve()` gives None, and counts.
        discarded: records that the program reserved and then discarded.
        pending: bytes that wait to be read, headers included.
        size: bytes of the buffer; of all CPUs together for a perf buffer.
    """

    name: str
    read: int
    lost: int
    discarded: int
    pending: int
    size: int


class Source(Protocol):
    """One buffer that is being read."""

    name: str
    read: int
    position: Any  # item 0 of it is set to a record's end when that record is handed out

    def descriptors(self) -> list[int]:
        """What to poll."""

    def drain(self, limit: int) -> tuple[list[Any], Iterable[int]]:
        """Up to about `limit` values that are there now, and where each of them ends."""

    def waits(self) -> bool:
        """Whether something is there that the descriptors no longer tell of."""

    def batch(self, limit: int) -> Batch | None:
        """Up to `limit` records that are there now and follow each other in memory."""

    def statistics(self) -> BufferStatistics:
        """What happened so far."""

    def close(self) -> None:
        """Give everything back; harmless twice."""


_in_use: set[int] = set()  # ids of the maps that this process reads: the positions in a buffer are one reader's


def claim(map_: Map, doing: str = "read") -> int:
    """Become the only reader, or writer, of a buffer in this process.

    Returns:
        What `give_up` takes.

    Raises:
        BufferInUseError: it has a reader.
    """
    number = map_.info().id
    if number in _in_use:
        raise BufferInUseError(f"map {map_.name} is being {doing} already", help="" if doing == "read" else
                               "write in one place, or close the first writer")
    _in_use.add(number)
    return number


def checked_timeout(timeout: Any) -> float | None:
    """Seconds to wait, None for ever.

    Raises:
        CodecContextError: no number of seconds.
    """
    if timeout is None or (isinstance(timeout, (int, float)) and timeout >= 0):  # not a NaN
        return timeout
    raise CodecContextError(f"timeout is a number of seconds, or None to wait for ever, not {timeout!r}")


def give_up(number: int) -> None:
    """Let another reader have the buffer."""
    _in_use.discard(number)
