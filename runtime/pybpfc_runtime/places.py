"""Structs that were read in place: a field that is assigned goes to where the struct was read.

Only the bytes of that field are written, so that what programs write into the other fields meanwhile stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import CodecContextError
from .layout import ArrayType, CodecError, StructType
from .values import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

    from .layout import AnyType


class Memory:
    """Where a value was read.

    Args:
        what: "variable of .rodata limits", for messages.
        read: gives a number of bytes at an offset from the value's first byte.
        write: writes bytes at such an offset.
    """

    __slots__ = ("read", "what", "write")

    def __init__(self, what: str, read: Callable[[int, int], bytes], write: Callable[[int, bytes], None]) -> None:
        self.what = what
        self.read = read
        self.write = write


class Place:
    """Where one struct lies: what its fields are written through."""

    __slots__ = ("_memory", "_offset", "_type")

    def __init__(self, memory: Memory, type_: StructType, offset: int) -> None:
        self._memory = memory
        self._type = type_
        self._offset = offset

    def write(self, name: str, value: Any) -> None:
        """Write a field.

        Raises:
            CodecContextError: the value does not fit.
        """
        start, end = _stretch(self._type, name)
        image = bytearray(self._type.size)
        image[start:end] = self._memory.read(self._offset + start, end - start)  # a bit field shares its bytes
        try:
            self._type.encode_attributes(image, 0, {name: value})
        except (CodecError, TypeError, ValueError, OverflowError) as error:
            raise CodecContextError(f"{self._memory.what}, field {name}: {error}") from error
        self._memory.write(self._offset + start, bytes(image[start:end]))

    def hold(self, value: Struct, only: str = "") -> None:
        """Give the structs within a struct, or within one field of it, their places."""
        for type_, name, offset in _members(self._type):
            if only in ("", name):
                member = value.__dict__.get(name)
                if self._type.shares_objects:  # a union is written as a whole, as the other members change with one
                    _hold_by(value, name, member)
                else:
                    hold(member, type_, self._memory, self._offset + offset)


def hold(value: Any, type_: AnyType, memory: Memory, offset: int = 0) -> None:
    """Let the structs of a value that was read write to where they lie."""
    if isinstance(type_, StructType) and isinstance(value, Struct):
        place = Place(memory, type_, offset)
        object.__setattr__(value, "__pybpfc_holder__", place)
        place.hold(value)
    elif isinstance(type_, ArrayType) and isinstance(value, (tuple, list)) and isinstance(
            type_.element, (ArrayType, StructType)):
        for number, element in enumerate(value):
            hold(element, type_.element, memory, offset + number * type_.element.size)


def _hold_by(holder: Struct, name: str, value: Any) -> None:
    """Let a struct tell the one that it is in, and keep that one alive meanwhile."""
    for member in value if isinstance(value, (list, tuple)) else (value,):
        if isinstance(member, Struct):
            object.__setattr__(member, "__pybpfc_holder__", (lambda: holder, name))
            for inner, found in member.__dict__.items():
                _hold_by(member, inner, found)


def _members(type_: StructType, offset: int = 0) -> list[tuple[AnyType, str, int]]:
    """The types, names and offsets of the fields that may have structs in them, those of anonymous members too."""
    found: list[tuple[AnyType, str, int]] = []
    for field in type_.fields:
        if field.attribute and isinstance(field.type, (ArrayType, StructType)):
            found.append((field.type, field.attribute, offset + field.offset))
        elif not field.attribute and isinstance(field.type, StructType):
            found.extend(_members(field.type, offset + field.offset))
    return found


def _stretch(type_: StructType, name: str, offset: int = 0) -> tuple[int, int]:
    """Where the bytes of a field begin and end; (0, 0) where there is none of this name."""
    for field in type_.fields:
        if field.attribute == name:
            if field.bits:
                return offset + field.bit_offset // 8, offset + (field.bit_offset + field.bits + 7) // 8
            return offset + field.offset, offset + field.offset + field.type.size
        if not field.attribute and isinstance(field.type, StructType):
            found = _stretch(field.type, name, offset + field.offset)
            if found[1]:
                return found
    return 0, 0
