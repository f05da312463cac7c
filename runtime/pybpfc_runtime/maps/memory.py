"""An array map as memory of this process (BPF_F_MMAPABLE).

Reads and writes are plain loads and stores beside those of the programs: a value of up to 8 bytes is read and
written whole, a larger one may be seen half-written.

Source: kernel/bpf/arraymap.c (`array_map_mmap`), 5.5.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from .. import syscall
from ..codec import Codec
from ..decoders import decoder
from ..descriptor import Single
from ..errors import ClosedError, MapOperationError
from ..layout import ArrayType, OpaqueType, StructType
from ..places import Memory, hold
from ..uapi import BPF_F_MMAPABLE, Command
from .percpu import stride

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from .mapping import ArrayMap


class MappedArray(Single, Sequence[Any]):
    """The elements of an array map in place: a sequence, a context manager.

    A field of an element that is assigned, `memory[3].seen = 1`, is written in place; iteration gives copies.

    Attributes:
        stride: bytes from one element to the next: the value's size rounded up to 8.
    """

    def __init__(self, map_: ArrayMap) -> None:
        flags = map_.info().map_flags
        if not flags & BPF_F_MMAPABLE:
            raise MapOperationError(f"map {map_.name} cannot be mapped into memory",
                                    help="declare it with map_flags=BPF_F_MMAPABLE")
        self.name = map_.name
        self.stride = stride(map_.value_size)
        self._count = map_.max_entries
        self._size = map_.value_size
        self._type = map_.value_type
        self._codec = Codec(f"value of map {map_.name}", map_.value_type, map_.value_size)
        length = (self.stride * self._count + mmap.PAGESIZE - 1) // mmap.PAGESIZE * mmap.PAGESIZE
        self._mmap: mmap.mmap | None
        try:
            self._mmap = mmap.mmap(map_.fd, length, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
        except PermissionError:  # a frozen map
            self._mmap = mmap.mmap(map_.fd, length, mmap.MAP_SHARED, mmap.PROT_READ)
        except OSError as error:
            raise syscall.failure(Command.BPF_MAP_LOOKUP_ELEM, error.errno or 0, f"mapping map {map_.name}") from error
        self._memory: memoryview | None = memoryview(self._mmap)[: self.stride * self._count]

    @property
    def memory(self) -> memoryview:
        """The bytes themselves; read only where the map is frozen.

        Raises:
            ClosedError: it was closed.
        """
        if self._memory is None:
            raise ClosedError(f"the memory of map {self.name} is closed")
        return self._memory

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(self._count))]
        at = self._offset(index)
        value = self._codec.decode(self.memory[at : at + self._size])
        if isinstance(self._codec.type, (ArrayType, StructType)):
            hold(value, self._codec.type, Memory(f"value of map {self.name}", self._read_at(at), self._write_at(at)))
        return value

    def _read_at(self, start: int) -> Callable[[int, int], bytes]:
        return lambda offset, size: bytes(self.memory[start + offset : start + offset + size])

    def _write_at(self, start: int) -> Callable[[int, bytes], None]:
        def write(offset: int, data: bytes) -> None:
            self.memory[start + offset : start + offset + len(data)] = data

        return write

    def __setitem__(self, index: int, value: Any) -> None:
        at = self._offset(index)
        self.memory[at : at + self._size] = self._codec.encode(value)

    def __iter__(self) -> Iterator[Any]:
        type_ = self._type if self._type is not None else OpaqueType("bytes", self._size, 1)
        return iter(decoder(type_, 0, self.stride - self._size)(self.memory))

    def array(self) -> Any:
        """The elements as a NumPy array in place.

        Raises:
            ImportError: NumPy is not installed.
        """
        import numpy

        from ..numpy_types import dtype

        type_ = self._type if self._type is not None else OpaqueType("bytes", self._size, 1)
        return numpy.ndarray((self._count,), dtype(type_), self.memory, 0, (self.stride,))

    def close(self) -> None:
        """Unmap it, once nothing taken from it is in use any more. Harmless twice."""
        # Not mmap.close(): it would unmap under a NumPy array, which holds the mapping without exporting its buffer.
        self._memory = self._mmap = None

    def __enter__(self) -> MappedArray:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def _offset(self, index: int) -> int:
        return range(self._count)[index] * self.stride
