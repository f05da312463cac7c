"""Events: what programs send to user space through ring and perf buffers, and what user space sends to them.

`Object.events()` and the `events()` of a buffer's view are the way in; `reader.Events` is what they give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import MapOperationError, SpecError
from ..uapi import BPF_F_RB_OVERWRITE, MapType
from .batch import Batch
from .overwriting import OverwritingReader
from .perf import DEFAULT_PAGES, PerfReader
from .reader import Events
from .ring import RingReader
from .source import BufferStatistics, Source
from .trace import TracePipe, trace_pipe
from .user_ring import UserRecord, UserRingWriter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..layout import AnyType
    from ..maps import Map

__all__ = ["Batch", "BufferStatistics", "Events", "Source", "TracePipe", "UserRecord", "UserRingWriter", "open_events",
           "record_layout", "trace_pipe"]

BUFFERS = (MapType.BPF_MAP_TYPE_RINGBUF, MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY)


def open_events(buffers: Sequence[tuple[Map, AnyType | None]], *, timeout: float | None = None,
                pages: int = DEFAULT_PAGES, wakeup_bytes: int = 0) -> Events:
    """A reader of several buffers.

    Args:
        buffers: maps with the layouts of their records; None for bytes.
        timeout: see `Events`.
        pages, wakeup_bytes: of perf buffers, see `PerfReader`.

    Raises:
        MapOperationError: a map is no buffer.
        BufferInUseError: a buffer has a reader in this process.
    """
    sources: list[Source] = []
    try:
        for map_, type_ in buffers:
            if map_.type is MapType.BPF_MAP_TYPE_RINGBUF:
                overwrites = map_.info().map_flags & BPF_F_RB_OVERWRITE
                sources.append((OverwritingReader if overwrites else RingReader)(map_, type_))
            elif map_.type is MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY:
                sources.append(PerfReader(map_, type_, pages, wakeup_bytes))
            else:
                raise MapOperationError(f"map {map_.name} is a {map_.type.name}, which carries no events",
                                        help="events come from a RingBuf or a PerfEventArray")
        return Events(sources, timeout)
    except BaseException:
        for source in sources:
            source.close()
        raise


def record_layout(given: Any, default: AnyType | None) -> AnyType | None:
    """The layout that a caller's `type=` means.

    Args:
        given: None for what the object says; `bytes` for none at all; a layout, a struct class or another annotation.

    Raises:
        SpecError: it is none of these.
    """
    if given is None:
        return default
    if given is bytes:
        return None
    if hasattr(given, "decode") and hasattr(given, "size"):
        found: AnyType = given
        return found
    from ..values import DeclarationError, value_type

    try:
        return value_type(given, "type=")
    except DeclarationError as error:
        raise SpecError(str(error)) from error
