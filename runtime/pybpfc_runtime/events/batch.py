"""A run of equally long records as they lie in memory, for readers that do without an object for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..decoders import decoder, integer_letter
from ..errors import ClosedError, RecordError, unknown_name
from ..layout import OpaqueType, StructType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..layout import AnyType


class Batch:
    """Records that follow each other at a fixed distance. Iteration gives each as a `memoryview`.

    From a ring buffer it is a window on the buffer itself: the kernel gets the room back when the batch is
    released, at the end of its `with` block or with the next read. What was taken from it without a copy must not be
    looked at after that: the kernel may have written the next records there.

    Attributes:
        name: of the buffer.
        memory: everything, headers and padding included; read only.
        type: the layout of a record, or None.
        offset: bytes in front of the first record's data.
        stride: bytes from one record to the next.
        length: bytes of a record's data.
    """

    def __init__(self, name: str, memory: memoryview, type_: AnyType | None, *, offset: int, stride: int, length: int,
                 release: Callable[[], None] | None = None) -> None:
        self.name = name
        self.type = type_
        self.offset = offset
        self.stride = stride
        self.length = length
        self._memory: memoryview | None = memory
        self._count = len(memory) // stride
        self._release = release

    @property
    def memory(self) -> memoryview:
        if self._memory is None:
            raise ClosedError(f"this batch of {self.name} was released",
                              help="use it before the next read, or copy: batch.records(), batch.array(copy=True)")
        return self._memory

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> memoryview:
        at = range(self._count)[index] * self.stride + self.offset
        return self.memory[at : at + self.length]

    def __iter__(self) -> Iterator[memoryview]:
        memory, length = self.memory, self.length
        for at in range(self.offset, len(memory), self.stride):
            yield memory[at : at + length]

    def records(self) -> list[Any]:
        """Every record as a value, or as bytes where no type is known; copies.

        Raises:
            RecordError: the records are shorter than their type.
        """
        type_ = self._fitting()
        return decoder(type_, self.offset, self.stride - self.offset - type_.size)(self.memory)

    def column(self, name: str) -> memoryview:
        """One integer field of every record, in the host's byte order: a view, `sum(batch.column("bytes"))`.

        Raises:
            UnknownNameError: the type has no such field.
            RecordError: the field is no integer in the host's order, or its records are shorter than their type.
        """
        type_ = self._fitting()
        fields = type_.by_name if isinstance(type_, StructType) else {}
        if name not in fields:
            raise unknown_name(f"field of {self.name}", name, fields)
        field = fields[name]
        size = field.type.size
        letter = integer_letter(field.type)
        if letter is None or field.bits or (field.offset + self.offset) % size or self.stride % size:
            raise RecordError(f"{self.name}: field {name}, {field.type.name}, is no aligned integer of the host",
                              help="take records()" if field.bits else "take records() or array()")
        return self.memory.cast(letter)[(self.offset + field.offset) // size :: self.stride // size]  # type: ignore[call-overload, no-any-return]

    def array(self, *, copy: bool = False) -> Any:
        """The records as a NumPy array: structured where the type is a struct, of bytes where there is none.

        Args:
            copy: without one the array is a view that is good until the batch is released.

        Raises:
            RecordError: the records are shorter than their type.
            ImportError: NumPy is not installed (`pip install pybpfc-runtime[numpy]`).
        """
        import numpy

        from ..numpy_types import dtype

        view = numpy.ndarray((self._count,), dtype(self._fitting()), self.memory, self.offset, (self.stride,))
        return view.copy() if copy else view

    def release(self) -> None:
        """Give the room back to the kernel; harmless twice."""
        if self._memory is not None:
            self._memory = None
            if self._release is not None:
                self._release()

    def __enter__(self) -> Batch:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _fitting(self) -> AnyType:
        if self.type is None:
            return OpaqueType("record", self.length, 1)
        if self.length < self.type.size:
            raise too_short(self.name, self.length, self.type)
        return self.type

    def __repr__(self) -> str:
        return f"<Batch of {self.name}: {self._count} records of {self.length} bytes>"


def too_short(name: str, length: int, type_: AnyType) -> RecordError:
    """The error for a record that cannot hold its type."""
    return RecordError(f"{name}: a record of {length} bytes cannot hold {type_.name}, which has {type_.size}")
