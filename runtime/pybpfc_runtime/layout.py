"""What a value looks like in kernel memory: sizes, alignment, offsets, and the codec both ways.

The compiler lays structs out with these descriptors and the loader decodes map entries with the same
ones, so the two sides cannot disagree. The rules are those of C on a BPF target: natural alignment,
bit fields packed from the least significant bit of little-endian storage units, the size of a struct
rounded up to its alignment.

Values travel as plain Python: integers as ``int``, ``be32`` as the ``int`` whose big-endian bytes are
in memory (so ``IPv4Address(x)`` is right), ``Str`` as ``str`` (a :class:`Text` where that does not tell
all bytes), arrays of ``u8`` as ``bytes``, other arrays as tuples, structs as instances of their class.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any, Protocol, Union

if TYPE_CHECKING:
    from typing_extensions import Self


class CodecError(ValueError):
    """A Python value does not fit the kernel type it was meant for."""


class ValueType(Protocol):
    """A type with a size, an alignment and a codec."""

    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def align(self) -> int: ...

    def decode(self, data: bytes | memoryview, offset: int = 0) -> Any: ...

    def encode(self, value: Any) -> bytes: ...


def _memory(value: Any, name: str) -> bytes:
    """What `bytes()` makes of an object that is memory; of a number or a list it would make something else."""
    if isinstance(value, (bytes, bytearray, memoryview)) or hasattr(value, "__bytes__"):
        return bytes(value)
    raise CodecError(f"{name} takes bytes or text, not {type(value).__name__}")


class IntegerType:
    """``u8`` to ``s64``, ``be16`` to ``be64`` and ``bool``."""

    __slots__ = ("align", "big_endian", "bits", "is_bool", "name", "signed", "size")

    def __init__(self, name: str, bits: int, signed: bool, big_endian: bool = False, is_bool: bool = False) -> None:
        self.name = name
        self.bits = bits
        self.size = self.align = bits // 8
        self.signed = signed
        self.big_endian = big_endian
        self.is_bool = is_bool

    @property
    def minimum(self) -> int:
        return -(1 << self.bits - 1) if self.signed else 0

    @property
    def maximum(self) -> int:
        if self.is_bool:
            return 1
        return (1 << self.bits - self.signed) - 1

    def wrap(self, value: int) -> int:
        """The value modulo 2**bits, as a cast in C gives it."""
        if self.is_bool:
            return int(value != 0)
        value &= (1 << self.bits) - 1
        return value - (1 << self.bits) if self.signed and value >> self.bits - 1 else value

    def decode(self, data: bytes | memoryview, offset: int = 0) -> int | bool:
        order = "big" if self.big_endian else "little"
        value = int.from_bytes(data[offset : offset + self.size], order, signed=self.signed)  # type: ignore[arg-type]
        return value != 0 if self.is_bool else value

    def encode(self, value: Any) -> bytes:
        try:
            number = value.__index__()
        except AttributeError:
            number = self._coerce(value)
        if not self.minimum <= number <= self.maximum:
            raise CodecError(f"{value!r} does not fit {self.name} ({self.minimum} to {self.maximum})")
        return int(number).to_bytes(self.size, "big" if self.big_endian else "little", signed=self.signed)

    def _coerce(self, value: Any) -> int:
        # IPv4Address and its like convert with int(); a str or a float must not.
        packed = getattr(value, "packed", None)
        if isinstance(packed, bytes) and len(packed) != self.size:
            raise CodecError(f"{value} has {len(packed)} bytes, {self.name} holds {self.size}")
        if not isinstance(value, (str, bytes, float)) and hasattr(value, "__int__"):
            return int(value)
        raise CodecError(f"{self.name} takes an integer, not {type(value).__name__}")

    def __repr__(self) -> str:
        return self.name


class EnumType:
    """An integer whose values have names: decodes to a member of the enum class where there is one."""

    __slots__ = ("align", "base", "enum_class", "name", "size")

    def __init__(self, enum_class: type, base: IntegerType, name: str | None = None) -> None:
        self.enum_class = enum_class
        self.base = base
        self.name = name or enum_class.__name__
        self.size = base.size
        self.align = base.align

    def decode(self, data: bytes | memoryview, offset: int = 0) -> Any:
        value = self.base.decode(data, offset)
        try:
            return self.enum_class(value)
        except ValueError:
            return value  # a value without a name is a fact of the kernel's memory, not an error

    def encode(self, value: Any) -> bytes:
        if isinstance(value, str):
            try:
                value = self.enum_class[value]  # type: ignore[index]
            except KeyError:
                raise CodecError(f"{self.name} has no member {value!r}") from None
        return self.base.encode(value)

    def __repr__(self) -> str:
        return self.name


class Text(str):
    """Text out of kernel memory that does not tell all its bytes: some stand behind the NUL, or are not UTF-8.

    It is a `str` like any other, equal to every text that reads alike; encoded, it gives the bytes that were read, so
    that a value is written back as it was.
    """

    __slots__ = ("memory",)
    memory: bytes

    @classmethod
    def of(cls, memory: bytes) -> Self:
        found = cls(memory.partition(b"\0")[0].decode("utf-8", "replace"))
        found.memory = memory
        return found


class TextKey(Text):
    """Such a text as the key of a map: two keys are equal if they are the same key, not if they read alike.

    To any other `str` it is equal as it reads, so that `dict(m)["eth0"]` finds it. A key without anything behind its
    NUL is a plain `str`: a dict takes it and one that reads alike for one key, `m.items()` has both.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return self.memory == other.memory if isinstance(other, TextKey) else str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


def as_key(value: Any) -> Any:
    """A text, or an array of texts, that was read as a key."""
    if isinstance(value, Text):
        return TextKey.of(value.memory)
    return tuple(map(as_key, value)) if isinstance(value, tuple) else value


def text(memory: bytes) -> str:
    """What a `Str` of these bytes holds."""
    try:
        found = memory.rstrip(b"\0").decode()
    except UnicodeDecodeError:
        return Text.of(memory)
    return Text.of(memory) if "\0" in found else found


class StringType:
    """``char name[n]``: text that ends at the first NUL."""

    __slots__ = ("align", "count", "name", "size")

    def __init__(self, count: int) -> None:
        self.count = self.size = count
        self.align = 1
        self.name = f"Str[{count}]"

    def decode(self, data: bytes | memoryview, offset: int = 0) -> str:
        return text(bytes(data[offset : offset + self.count]))

    def encode(self, value: Any) -> bytes:
        if isinstance(value, Text) and len(value.memory) == self.count:
            return value.memory
        if isinstance(value, str):
            raw = value.encode()
            if "\0" in value.rstrip("\0"):
                raise CodecError(f"{value!r} has a NUL inside, where {self.name} ends: give bytes if that is meant")
        else:
            raw = _memory(value, self.name)
        if len(raw) > self.count:
            raise CodecError(f"{value!r} has {len(raw)} bytes, {self.name} holds {self.count}")
        return raw.ljust(self.count, b"\0")

    def __repr__(self) -> str:
        return self.name


_FORMATS = {(1, False): "B", (1, True): "b", (2, False): "H", (2, True): "h", (4, False): "I", (4, True): "i",
            (8, False): "Q", (8, True): "q"}
_MOST_ELEMENTS = 1 << 20  # structs or texts that one array is decoded into


class ArrayType:
    """``T name[n]``; an array of ``u8`` decodes to ``bytes``, any other to a tuple."""

    __slots__ = ("align", "count", "element", "size")
    size: int
    align: int

    def __init__(self, element: AnyType, count: int) -> None:
        self.element = element
        self.count = count
        self.size = element.size * count
        self.align = element.align

    @property
    def name(self) -> str:
        """Made when it is asked for: the struct that a pointer leads to may not be finished yet."""
        return f"Array[{self.element.name}, {self.count}]"

    @property
    def is_bytes(self) -> bool:
        element = self.element
        return isinstance(element, IntegerType) and element.bits == 8 and not element.signed and not element.is_bool

    def decode(self, data: bytes | memoryview, offset: int = 0) -> Any:
        if self.is_bytes:
            return bytes(data[offset : offset + self.size])
        if isinstance(self.element, IntegerType):
            order = ">" if self.element.big_endian else "<"
            form = f"{order}{self.count}{_FORMATS[self.element.size, self.element.signed]}"
            try:
                found = struct.unpack_from(form, data, offset)
            except struct.error:
                raise CodecError(f"{self.name} has {self.size} bytes, more than there are") from None
            return tuple(map(bool, found)) if self.element.is_bool else found
        if self.count > _MOST_ELEMENTS:
            raise CodecError(f"{self.name} has too many elements to make Python objects of all")
        step = self.element.size
        return tuple(self.element.decode(data, offset + i * step) for i in range(self.count))

    def encode(self, value: Any) -> bytes:
        if self.is_bytes and isinstance(getattr(value, "packed", None), bytes):
            value = value.packed  # an address of `ipaddress`
        if isinstance(value, (str, int)):
            raise CodecError(f"{self.name} takes {self.count} elements, not {value!r}")
        if len(value) != self.count:
            raise CodecError(f"{self.name} takes {self.count} elements, not {len(value)}")
        if self.is_bytes and isinstance(value, (bytes, bytearray, memoryview)):
            return bytes(value)
        return b"".join(self.element.encode(item) for item in value)

    def __repr__(self) -> str:
        return self.name


KEPT = ("kptr", "percpu_kptr")  # tags of pointers by which a map value keeps an object
ARENA = "arena"  # the tag of a pointer into an arena, `T | None`


class PointerType:
    """A pointer kept in memory: user space sees the address.

    Args:
        target: the type pointed at; None for `void *` and for pointers to functions; or a function that gives
            either, called when the target is first asked for: the kernel's types refer to each other in circles.
        tag: the kernel's type tag: "user", "rcu", "percpu"; "arena" for a pointer into an arena; or "".
    """

    __slots__ = ("_target", "align", "size", "tag")

    def __init__(self, target: AnyType | Callable[[], AnyType | None] | None, tag: str = "") -> None:
        self._target = target
        self.tag = tag
        self.size = self.align = 8

    @property
    def target(self) -> AnyType | None:
        if callable(self._target):
            self._target = self._target()
        return self._target

    @property
    def name(self) -> str:
        depth, target = 1, self.target
        while isinstance(target, PointerType) and depth < 8:  # corrupt types may have one that points at itself
            depth, target = depth + 1, target.target
        inner = "None" if target is None else "..." if isinstance(target, PointerType) else target.name
        return f"{'Ptr[' * depth}{inner}{']' * depth}"

    def decode(self, data: bytes | memoryview, offset: int = 0) -> int:
        return int.from_bytes(data[offset : offset + 8], "little")

    def encode(self, value: Any) -> bytes:
        if value is None:
            return bytes(8)
        if not hasattr(value, "__index__"):
            raise CodecError(f"{self.name} takes an address or None, not {type(value).__name__}")
        return int(value).to_bytes(8, "little")

    def __repr__(self) -> str:
        return self.name


class OpaqueType:
    """Memory with a size and no meaning for user space (``bpf_spin_lock``, ``bpf_timer``, ...)."""

    __slots__ = ("align", "name", "size")

    def __init__(self, name: str, size: int, align: int) -> None:
        self.name = name
        self.size = size
        self.align = align

    def decode(self, data: bytes | memoryview, offset: int = 0) -> bytes:
        return bytes(data[offset : offset + self.size])

    def encode(self, value: Any) -> bytes:
        if value is None:
            return bytes(self.size)
        raw = _memory(value, self.name)
        if len(raw) != self.size:
            raise CodecError(f"{self.name} takes {self.size} bytes, not {len(raw)}")
        return raw

    def __repr__(self) -> str:
        return self.name


class Field:
    """One member of a struct or union. ``bits`` is 0 for a member that is not a bit field."""

    __slots__ = ("attribute", "bit_offset", "bits", "name", "offset", "type")

    def __init__(self, name: str, type: AnyType, offset: int, bits: int = 0, bit_offset: int = 0,
                 attribute: str | None = None) -> None:
        self.name = name  # the kernel's name; "" for an anonymous struct or union
        self.attribute = attribute if attribute is not None else name  # the Python attribute
        self.type = type
        self.offset = offset  # in bytes; of the storage unit's first byte for a bit field
        self.bits = bits
        self.bit_offset = bit_offset  # in bits from the struct's start, for bit fields

    def __repr__(self) -> str:
        width = f":{self.bits}" if self.bits else ""
        return f"{self.name}{width}: {self.type.name} @{self.offset}"


class StructType:
    """The layout of a struct or union, with the class whose instances its values are.

    Attributes:
        kernel: the layout belongs to the kernel that the program is loaded into: every access is relocated by
            CO-RE; offsets and sizes are those of the kernel at hand.
        is_typedef: the name is a typedef's, the struct itself has none (`typedef struct { ... } atomic_t`).
        declared: a kernel struct of which the program itself says what it looks like.
    """

    __slots__ = ("_has_text", "_shares_objects", "align", "by_name", "declared", "fields", "is_typedef", "is_union",
                 "kernel", "name", "packed", "python_class", "size")

    def __init__(self, name: str, fields: tuple[Field, ...], size: int, align: int, *,
                 is_union: bool = False, packed: bool = False, python_class: type | None = None,
                 kernel: bool = False, is_typedef: bool = False) -> None:
        self.name = name
        self.fields = fields
        self.size = size
        self.align = align
        self.is_union = is_union
        self.packed = packed
        self.python_class = python_class
        self.kernel = kernel
        self.is_typedef = is_typedef
        self.declared = False
        self._shares_objects: bool | None = None
        self._has_text: bool | None = None
        self.by_name = {field.attribute: field for field in fields if field.attribute}

    def decode(self, data: bytes | memoryview, offset: int = 0) -> Any:
        if self.python_class is None:
            raise CodecError(f"{self.name} has no Python class to decode into")
        value: Any = object.__new__(self.python_class)
        namespace = value.__dict__
        for field in self.fields:
            if field.bits:
                namespace[field.attribute] = decode_bits(field, data, offset)
            elif field.attribute:
                namespace[field.attribute] = field.type.decode(data, offset + field.offset)
            else:
                namespace.update(field.type.decode(data, offset + field.offset).__dict__)
        if self.shares_objects:
            value.__pybpfc_hold__()
        return value

    @property
    def shares_objects(self) -> bool:
        """Whether a union, this one or an anonymous member, has a struct among its members: what changes in that struct
        changes what the others show."""
        if self._shares_objects is None:
            unions = [self] if self.is_union else [
                field.type for field in self.fields if not field.attribute and isinstance(field.type, StructType)]
            self._shares_objects = any(
                isinstance(element_of(field.type), StructType) if union.is_union else union.shares_objects
                for union in unions for field in union.fields)
        return self._shares_objects

    @property
    def has_text(self) -> bool:
        """Whether there is text in it, of which more may be in memory than a `str` tells."""
        if self._has_text is None:
            members = [element_of(field.type) for field in self.fields]
            self._has_text = any(isinstance(member, StringType) or (isinstance(member, StructType) and member.has_text)
                                 for member in members)
        return self._has_text

    def same_layout(self, other: AnyType) -> bool:
        """Whether another struct has the same fields at the same places: the one in a program's source and the one
        that its object describes are two classes."""
        return isinstance(other, StructType) and self.size == other.size and len(self.fields) == len(other.fields) and \
            all(mine.attribute == theirs.attribute and mine.offset == theirs.offset and mine.bits == theirs.bits
                and mine.type.size == theirs.type.size
                and (not isinstance(mine.type, StructType) or mine.type.same_layout(theirs.type))
                for mine, theirs in zip(self.fields, other.fields, strict=True))

    def encode(self, value: Any) -> bytes:
        buffer = bytearray(self.size)
        self.encode_into(buffer, 0, value)
        return bytes(buffer)

    def encode_into(self, buffer: bytearray, offset: int, value: Any) -> None:
        packed = getattr(value, "packed", None)
        if isinstance(packed, bytes) and len(packed) == self.size:
            buffer[offset : offset + self.size] = packed  # an address of `ipaddress` for a struct in6_addr
            return
        if self.python_class is not None and not isinstance(value, (self.python_class, dict)):
            given = getattr(type(value), "__pybpfc_type__", None)
            if not isinstance(given, StructType):
                raise CodecError(f"expected {self.name}, not {type(value).__name__}")
            if not self.same_layout(given):
                raise CodecError(f"expected {self.name}, not a {given.name} with other fields")
        if isinstance(value, dict) and (unknown := value.keys() - set(self._attributes())):
            raise CodecError(f"{self.name} has no field {', '.join(sorted(map(repr, unknown)))}; it has "
                             f"{', '.join(self._attributes())}")
        self.encode_attributes(buffer, offset, value if isinstance(value, dict) else value.__dict__)

    def _attributes(self) -> Iterator[str]:
        """The names of the fields, those of anonymous members among them."""
        for field in self.fields:
            if field.attribute:
                yield field.attribute
            elif isinstance(field.type, StructType):
                yield from field.type._attributes()

    def left_out(self, given: Collection[str]) -> list[str]:
        """The fields that a constructor does not name; of a union, an anonymous one too, a single member is enough."""
        missing: list[str] = []
        for field in self.fields:
            left = field.type.left_out(given) if not field.attribute and isinstance(field.type, StructType) else \
                [field.attribute] if field.attribute not in given else []
            if self.is_union and not left:
                return []
            missing.extend(left)
        return missing

    def encode_attributes(self, buffer: bytearray, offset: int, given: dict[str, Any]) -> None:
        """Write the fields that are given by name, those of anonymous members too; others are left as they are."""
        for field in self.fields:
            at = offset + field.offset
            if not field.attribute:
                assert isinstance(field.type, StructType)
                field.type.encode_attributes(buffer, at, given)
            elif field.attribute not in given:
                continue
            elif field.bits:
                encode_bits(field, buffer, offset, given[field.attribute])
            elif isinstance(field.type, StructType):
                field.type.encode_into(buffer, at, given[field.attribute])
            else:
                buffer[at : at + field.type.size] = field.type.encode(given[field.attribute])

    def __repr__(self) -> str:
        return self.name


class LazyStructType(StructType):
    """A kernel struct whose members are looked up when one is first asked for.

    Args:
        name: of the struct, or of the typedef if it has none.
        complete: gives the fields and the size in bytes; called once.
    """

    __slots__ = ("_complete",)

    def __init__(self, name: str, complete: Callable[[], tuple[tuple[Field, ...], int]], *,
                 is_union: bool = False, is_typedef: bool = False, declared: bool = False) -> None:
        self.name = name
        self.is_union = is_union
        self.is_typedef = is_typedef
        self.declared = declared
        self._shares_objects = self._has_text = None
        self.kernel = True
        self.python_class = None
        self._complete = complete

    def __getattr__(self, attribute: str) -> Any:  # called only for attributes without a value yet
        if attribute in ("by_name", "fields", "size"):
            self.fields, self.size = self._complete()
            self.by_name = {field.attribute: field for field in self.fields if field.attribute}
        elif attribute in ("align", "packed"):
            self.align = 1  # what a struct that contains itself, in corrupt types, sees of itself
            try:
                self.align = natural_alignment(self.fields, self.size)
            except RecursionError:
                raise CodecError(f"{self.name}: structs are nested too deep within each other") from None
            self.packed = self.align == 1
        else:
            raise AttributeError(attribute)
        return object.__getattribute__(self, attribute)


def natural_alignment(fields: tuple[Field, ...], size: int) -> int:
    """The alignment of a struct whose offsets and size are given; 1 where they show that it is packed."""
    align = max((field.type.align for field in fields if not field.bits and field.offset % field.type.align == 0),
                default=1)
    return align if size % align == 0 else 1


# typing.Union and not `|`: this alias is evaluated when the module is imported, and Python 3.10 has no
# `|` between a class and a string.
AnyType = Union[IntegerType, EnumType, StringType, ArrayType, PointerType, OpaqueType, StructType]


def element_of(type_: AnyType) -> AnyType:
    """What an array of arrays is made of."""
    while isinstance(type_, ArrayType):
        type_ = type_.element
    return type_


def decode_bits(field: Field, data: bytes | memoryview, offset: int) -> int:
    first, last = field.bit_offset // 8, (field.bit_offset + field.bits + 7) // 8
    raw = int.from_bytes(data[offset + first : offset + last], "little") >> field.bit_offset % 8
    value = raw & (1 << field.bits) - 1
    if getattr(field.type, "signed", False) and value >> field.bits - 1:
        value -= 1 << field.bits
    return value


def encode_bits(field: Field, buffer: bytearray, offset: int, value: int) -> None:
    low, high = (-(1 << field.bits - 1), (1 << field.bits - 1) - 1) if getattr(field.type, "signed", False) \
        else (0, (1 << field.bits) - 1)
    if not low <= value <= high:
        raise CodecError(f"{value} does not fit the {field.bits} bits of {field.name}")
    first, last = offset + field.bit_offset // 8, offset + (field.bit_offset + field.bits + 7) // 8
    mask = (1 << field.bits) - 1
    raw = int.from_bytes(buffer[first:last], "little")
    raw = raw & ~(mask << field.bit_offset % 8) | (value & mask) << field.bit_offset % 8
    buffer[first:last] = raw.to_bytes(last - first, "little")


class LayoutBuilder:
    """Places members one after another as C does."""

    def __init__(self, *, is_union: bool = False, packed: bool = False, align: int = 1) -> None:
        self.is_union = is_union
        self.packed = packed
        self.align = align
        self.bit = 0  # the first free bit
        self.size = 0
        self.fields: list[Field] = []

    def add(self, name: str, type: AnyType, bits: int = 0, attribute: str | None = None) -> None:
        align = 1 if self.packed else type.align
        start = 0 if self.is_union else self.bit
        if bits:
            unit = type.size * 8
            if not self.packed and start // unit != (start + bits - 1) // unit:
                start = _up(start, unit)  # a bit field never straddles two units of its type
            self.fields.append(Field(name, type, start // unit * type.size, bits, start, attribute))
            end = start + bits
        else:
            start = _up(start, align * 8)
            self.fields.append(Field(name, type, start // 8, attribute=attribute))
            end = start + type.size * 8
        self.align = max(self.align, align)
        if self.is_union:
            self.size = max(self.size, (end + 7) // 8)
        else:
            self.bit = end
            self.size = (end + 7) // 8

    def finish(self, name: str, python_class: type | None = None) -> StructType:
        return StructType(name, tuple(self.fields), _up(self.size, self.align), self.align,
                          is_union=self.is_union, packed=self.packed, python_class=python_class)


def _up(value: int, to: int) -> int:
    return (value + to - 1) // to * to


U8 = IntegerType("u8", 8, False)
U16 = IntegerType("u16", 16, False)
U32 = IntegerType("u32", 32, False)
U64 = IntegerType("u64", 64, False)
S8 = IntegerType("s8", 8, True)
S16 = IntegerType("s16", 16, True)
S32 = IntegerType("s32", 32, True)
S64 = IntegerType("s64", 64, True)
BE16 = IntegerType("be16", 16, False, big_endian=True)
BE32 = IntegerType("be32", 32, False, big_endian=True)
BE64 = IntegerType("be64", 64, False, big_endian=True)
BOOL = IntegerType("bool", 8, False, is_bool=True)

INTEGERS: dict[str, IntegerType] = {
    type.name: type for type in (U8, U16, U32, U64, S8, S16, S32, S64, BE16, BE32, BE64, BOOL)
}
