"""Maps that carry records between programs and user space; `pybpfc_runtime.events` reads and writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .base import Map

if TYPE_CHECKING:
    from ..events import Events, UserRingWriter


class EventBuffer(Map):
    """BPF_MAP_TYPE_RINGBUF and PERF_EVENT_ARRAY: what programs send to user space."""

    def events(self, *, type: Any = None, timeout: float | None = None, pages: int = 64,
               wakeup_bytes: int = 0) -> Events:
        """The records as they come.

        Args:
            type: of a record, instead of what the object says: a struct class, or `bytes`.
            timeout: seconds to wait for the next record before a loop ends; None to wait for ever.
            pages: of a perf buffer on each CPU, a power of two.
            wakeup_bytes: how many bytes must wait in a perf buffer before a waiting reader is woken; 0: each record.

        Raises:
            BufferInUseError: the buffer is being read in this process.
        """
        from ..events import open_events, record_layout

        layout = record_layout(type, self.spec.record_type)
        return open_events([(self, layout)], timeout=timeout, pages=pages, wakeup_bytes=wakeup_bytes)


class UserRingBuffer(Map):
    """BPF_MAP_TYPE_USER_RINGBUF: what user space sends to programs, which call bpf_user_ringbuf_drain()."""

    def writer(self, *, type: Any = None) -> UserRingWriter:
        """Write records: `with m.writer() as writer: writer.send(value)`.

        Args:
            type: of a record, instead of what the object says: a struct class, or `bytes`.

        Raises:
            BufferInUseError: this process has a writer already.
        """
        from ..events import UserRingWriter, record_layout

        return UserRingWriter(self, record_layout(type, self.spec.record_type))
