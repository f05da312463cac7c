"""The reader of a ring buffer whose new records take the place of the oldest ones (BPF_F_RB_OVERWRITE, Linux 6.19).

The kernel waits for no reader: it moves `overwrite_pos`, which stands behind the producer's position, past the records
that it is about to overwrite, always to the beginning of a record. What lies behind that position after a copy was
made was whole when it was made, so this reader copies before it looks.

Source: kernel/bpf/ringbuf.c, __bpf_ringbuf_reserve().
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .ring import RingReader, stride_of
from .source import BufferStatistics

if TYPE_CHECKING:
    from ..layout import AnyType
    from ..maps import Map
    from .ring import Run

_OVERWRITTEN = 2  # words of 8 bytes from producer_pos to overwrite_pos; pending_pos stands between


class OverwritingReader(RingReader):
    """Reads what is still there, from the oldest record on; see `RingReader`.

    Records that were overwritten unread count as lost. The kernel counts bytes: they are divided by what a record of
    the type takes, or for records without a type by what the last one took.
    """

    def __init__(self, map_: Map, type_: AnyType | None) -> None:
        super().__init__(map_, type_)
        self._shared, self._data = self._data, memoryview(bytearray(2 * self.size))
        self._words.release()
        self._words = self._data.cast("I")
        self._end = self._position  # of what was copied
        self._stride = stride_of(type_.size) if type_ is not None else 0
        self._overwritten = 0  # bytes

    def statistics(self) -> BufferStatistics:
        lost = -(-self._overwritten // self._stride) if self._stride else bool(self._overwritten)
        return super().statistics()._replace(lost=int(lost))

    @property
    def pending(self) -> int:
        """Bytes between the oldest record that is still there, or the reader, and the producer."""
        waiting: int = self._producer[0] - max(self.position[0], self._producer[_OVERWRITTEN])
        return waiting

    def close(self) -> None:
        open_ = self._claim is not None
        super().close()
        if open_:
            self._shared.release()

    def _written(self) -> int:
        return self._end

    def _scan(self, limit: int, *, first_only: bool = False) -> tuple[list[Run], int]:
        while True:
            self._end = self._producer[0]
            self._barrier()
            self._skip()
            if self._position >= self._end:
                self._end = self._position
                return [], self._position
            # The first copy shows which records are complete; they are copied again, as what was seen of one may be
            # older than the word that says it is.
            if not self._copied(self._end):
                continue
            runs, end = super()._scan(limit, first_only=first_only)
            if not runs or self._copied(end):
                if self.type is None and runs:
                    self._stride = runs[-1].stride
                return runs, end

    def _copied(self, end: int) -> bool:
        """Copy from our position on; whether nothing of that was overwritten meanwhile."""
        at = self._position & self._mask
        length = end - self._position
        self._data[at : at + length] = self._shared[at : at + length]
        self._barrier()
        return not self._skip()

    def _skip(self) -> bool:
        """Go to the oldest record that is still there; whether that is a later one."""
        oldest: int = self._producer[_OVERWRITTEN]
        if oldest <= self._position:
            return False
        self._overwritten += oldest - self._position
        self._position = oldest
        return True
