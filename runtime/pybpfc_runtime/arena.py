"""The memory of an arena, at an address of this process that the kernel's programs know.

An arena's pointers are the same in programs and in user space: a program that uses it loads only after this process
has mapped it, and `map_extra` may ask for a certain address, which the module `mmap` cannot.

Source: kernel/bpf/arena.c (`arena_map_mmap`, `arena_get_unmapped_area`), mmap(2).
"""

from __future__ import annotations

import ctypes
import mmap
from typing import Any

from .descriptor import Single
from .errors import KernelError
from .values import value_type

_MAP_FIXED_NOREPLACE = 0x100000  # never over what is mapped: the address comes from a file
_libc = ctypes.CDLL(None, use_errno=True)
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long)
_libc.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)


class ArenaMemory(Single):
    """A mapping of an arena; the pages are there once a program has allocated them, or this process touches them.

    Args:
        fd: of the map.
        size: bytes, whole pages.
        wanted: the address that `map_extra` asks for; 0 leaves it to the kernel.

    Raises:
        KernelError: the address is taken, or is not what the arena was made for.
    """

    __slots__ = ("address", "size")

    def __init__(self, fd: int, size: int, wanted: int = 0) -> None:
        flags = mmap.MAP_SHARED | (_MAP_FIXED_NOREPLACE if wanted else 0)
        found = _libc.mmap(wanted or None, size, mmap.PROT_READ | mmap.PROT_WRITE, flags, fd, 0)
        if found in (None, ctypes.c_void_p(-1).value):
            raise KernelError("mmap", ctypes.get_errno(), f"an arena of {size} bytes"
                              + (f" at {wanted:#x}, its map_extra" if wanted else ""))
        self.address: int = found
        self.size = size

    def __getitem__(self, place: slice) -> bytes:
        start, length = self._stretch(place)
        return ctypes.string_at(start, length)

    def __setitem__(self, place: slice, data: bytes) -> None:
        start, length = self._stretch(place)
        if len(data) != length:
            raise ValueError(f"{len(data)} bytes do not fill a stretch of {length}")
        ctypes.memmove(start, data, length)

    def at(self, address: Any, kind: Any) -> Any:
        """A copy of the value at an address, such as one that a pointer in the arena keeps.

        Args:
            address: in this process, as programs store it: a number, which a field `T | None` decodes to.
            kind: its type: a `Struct` class, `u64`, `Annotated[Str, 16]`.

        Raises:
            ValueError: the arena is closed, or the value is not all inside it; 0, a null pointer, never is.
        """
        described = value_type(kind)
        return described.decode(self[self._place(address, described.size)])

    def put(self, address: Any, kind: Any, value: Any) -> None:
        """Write a value at an address; arguments and errors are those of `at`."""
        described = value_type(kind)
        self[self._place(address, described.size)] = described.encode(value)

    def _place(self, address: int, size: int) -> slice:
        start = address - self.address
        if not self.address or not 0 <= start <= self.size - size:
            raise ValueError(f"{size} bytes at {address:#x} are not inside a mapped arena")
        return slice(start, start + size)

    def _stretch(self, place: slice) -> tuple[int, int]:
        start, stop, step = place.indices(self.size)
        if step != 1 or not self.address:
            raise ValueError("a stretch of an arena that is mapped, such as memory[16:24]")
        return self.address + start, max(0, stop - start)

    def close(self) -> None:
        """Give up the mapping; harmless twice."""
        address, self.address = self.address, 0
        if address:
            _libc.munmap(address, self.size)
