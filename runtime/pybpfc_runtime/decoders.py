"""Many values at once: a decoder is compiled for each layout and then runs at the speed of `struct`.

`layout` decodes one value and calls itself for each member. Buffers of events and batches of map entries hold
thousands of values of one layout, one behind the other: here the layout becomes one format of the `struct` module
and one loop that fills the instances, written out as Python source and compiled once.

What `struct` has no letter for (unions, bit fields, arrays of structs) is cut out as bytes and handed to `layout`,
so both ways give the same values: `tests/loader/test_decoders.py` compares them.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from .layout import ArrayType, EnumType, IntegerType, OpaqueType, PointerType, StringType, StructType, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .layout import AnyType, Field

    Buffer = bytes | bytearray | memoryview
    Decoder = Callable[[Buffer], list[Any]]

_LETTERS = {(1, False): "B", (2, False): "H", (4, False): "I", (8, False): "Q",
            (1, True): "b", (2, True): "h", (4, True): "i", (8, True): "q"}
_MOST = 256  # decoders that are kept
_WIDEST = 200  # members of a struct beyond which the source would get longer than what it saves


@lru_cache(_MOST)
def decoder(type_: AnyType, before: int = 0, after: int = 0) -> Decoder:
    """A function that decodes a buffer of values of one layout into a list.

    Args:
        before, after: bytes to skip in front of and behind each value. The buffer's length must be a multiple of
            their sum with the value's size.
    """
    if isinstance(type_, IntegerType) and not before and not after and not type_.is_bool and not type_.big_endian:
        return _integers(_LETTERS[type_.size, type_.signed])
    return _Source().compile(type_, before, after)


def _integers(letter: str) -> Decoder:
    def decode(data: Buffer) -> list[Any]:
        return memoryview(data).cast("B").cast(letter).tolist()  # type: ignore[call-overload, no-any-return]

    return decode


@lru_cache(_MOST)
def encoder(type_: AnyType) -> Callable[[list[Any]], bytes] | None:
    """A function that encodes a list of values at once; None for layouts that have no fast way.

    It takes what is usual: integers, and instances of structs whose members are all integers. For anything else that
    the layout's own codec takes or refuses it raises `struct.error`, `AttributeError` or `TypeError`.
    """
    if isinstance(type_, IntegerType) and not type_.is_bool:
        order, letter = ">" if type_.big_endian else "<", _LETTERS[type_.size, type_.signed]
        return lambda values: struct.pack(f"{order}{len(values)}{letter}", *values)
    if not isinstance(type_, StructType) or not _is_plain(type_):
        return None
    fields = _in_order(type_.fields)
    letters, position = ["<"], 0
    for field in fields:
        letter_ = integer_letter(field.type)
        if letter_ is None or not field.attribute:
            return None
        letters += [f"{field.offset - position}x", letter_]
        position = field.offset + field.type.size
    pack = struct.Struct("".join([*letters, f"{type_.size - position}x"])).pack
    names, wanted = [field.attribute for field in fields], type_.python_class
    get = attrgetter(*names)

    def encode(values: list[Any]) -> bytes:
        if any(type(value) is not wanted for value in values):
            raise TypeError("not all are instances of the struct's class")
        if len(names) == 1:
            return b"".join([pack(get(value)) for value in values])
        return b"".join([pack(*get(value)) for value in values])

    return encode


class _Source:
    """The source of one decoder while it is written."""

    def __init__(self) -> None:
        self.format = ["<"]  # the byte order that `layout` reads and writes
        self.position = 0
        self.count = 0
        self.names: dict[str, Any] = {"new": object.__new__, "from_bytes": int.from_bytes, "text": text}

    def compile(self, type_: AnyType, before: int, after: int) -> Decoder:
        self.skip_to(before)
        lines: list[str] = []
        value = self.value(type_, before, lines)
        self.skip_to(before + type_.size + after)
        variables = "".join(f"v{number}, " for number in range(self.count))
        body = "".join(f"        {line}\n" for line in lines)
        if lines:
            source = ("def decode(data):\n    out = []\n    append = out.append\n"
                      f"    for {variables}in records(data):\n{body}        append({value})\n    return out\n")
        else:
            source = f"def decode(data):\n    return [{value} for {variables}in records(data)]\n"
        self.names["records"] = struct.Struct("".join(self.format)).iter_unpack
        exec(compile(source, f"<decoder of {type_.name}>", "exec"), self.names)
        made: Decoder = self.names["decode"]
        return made

    def take(self, letters: str, offset: int, size: int) -> str:
        """Read `size` bytes at an offset as the next variable; its name."""
        self.skip_to(offset)
        self.format.append(letters)
        self.position += size
        self.count += 1
        return f"v{self.count - 1}"

    def skip_to(self, offset: int) -> None:
        if offset > self.position:
            self.format.append(f"{offset - self.position}x")
            self.position = offset

    def constant(self, value: Any) -> str:
        """A name under which the source reaches an object."""
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name

    def value(self, type_: AnyType, offset: int, lines: list[str]) -> str:
        """An expression for a value; statements that must run before it go to `lines`."""
        if isinstance(type_, IntegerType):
            return self.integer(type_, offset)
        if isinstance(type_, EnumType):
            return f"{self.constant(_members(type_))}({self.integer(type_.base, offset)})"
        if isinstance(type_, PointerType):
            return self.take("Q", offset, type_.size)
        raw = f"{type_.size}s"
        if isinstance(type_, StringType):
            return f"text({self.take(raw, offset, type_.size)})"
        if isinstance(type_, OpaqueType) or (isinstance(type_, ArrayType) and type_.is_bytes):
            return self.take(raw, offset, type_.size)
        if isinstance(type_, StructType) and _is_plain(type_):
            return self.instance(type_, offset, lines)
        unpack: Callable[[bytes], Any] = type_.decode
        if isinstance(type_, ArrayType) and (letter := integer_letter(type_.element)):
            unpack = struct.Struct(f"<{type_.count}{letter}").unpack
        return f"{self.constant(unpack)}({self.take(raw, offset, type_.size)})"

    def integer(self, type_: IntegerType, offset: int) -> str:
        if type_.is_bool:
            return self.take("?", offset, 1)
        if type_.big_endian:
            return f'from_bytes({self.take(f"{type_.size}s", offset, type_.size)}, "big")'
        return self.take(_LETTERS[type_.size, type_.signed], offset, type_.size)

    def instance(self, type_: StructType, offset: int, lines: list[str]) -> str:
        """Statements that make an instance, as `StructType.decode` does it; the variable that holds it."""
        made = f"s{len(self.names)}"
        fields = f"{made}_fields"
        self.names[made] = None  # takes the number
        members: list[str] = []
        self.members(type_, offset, fields, lines, members)
        lines += [f"{made} = new({self.constant(type_.python_class)})", f"{fields} = {made}.__dict__", *members]
        return made

    def members(self, type_: StructType, offset: int, fields: str, lines: list[str], members: list[str]) -> None:
        for field in _in_order(type_.fields):
            if field.attribute:
                value = self.value(field.type, offset + field.offset, lines)
                members.append(f"{fields}[{field.attribute!r}] = {value}")
            else:
                assert isinstance(field.type, StructType)
                self.members(field.type, offset + field.offset, fields, lines, members)


def _in_order(fields: tuple[Field, ...]) -> Sequence[Field]:
    return sorted(fields, key=lambda field: field.offset)


def _is_plain(type_: StructType) -> bool:
    """Whether the members lie one behind the other and each has whole bytes."""
    if type_.is_union or type_.python_class is None or len(type_.fields) > _WIDEST:
        return False
    end = 0
    for field in _in_order(type_.fields):
        if field.bits or field.offset < end:
            return False
        if not field.attribute and not (isinstance(field.type, StructType) and _is_plain(field.type)):
            return False
        end = field.offset + field.type.size
    return end <= type_.size


def integer_letter(type_: AnyType) -> str | None:
    """What `struct` and `memoryview` call an integer in the host's byte order; None for any other type."""
    if isinstance(type_, IntegerType) and not type_.is_bool and not type_.big_endian:
        return _LETTERS[type_.size, type_.signed]
    return None


def integer_packer(type_: IntegerType) -> Callable[[int], bytes] | None:
    """A function that encodes one integer, or raises `struct.error`; None for `bool`."""
    if type_.is_bool:
        return None
    return struct.Struct((">" if type_.big_endian else "<") + _LETTERS[type_.size, type_.signed]).pack


def _members(type_: EnumType) -> Callable[[int], Any]:
    """From numbers to members; as `EnumType.decode`, a number without a name stands for itself."""
    known: dict[int, Any] = {int(member): member for member in type_.enum_class}  # type: ignore[attr-defined]

    def member(number: int) -> Any:
        found = known.get(number)
        if found is not None:
            return found
        try:
            return type_.enum_class(number)
        except ValueError:
            return number

    return member
