"""The types of the compiler.

A value in a register is an integer, a boolean, a network-order integer or a reference; structs, arrays and
strings live in memory and are reached through references. **The address space of a reference is the key
fact of its type**: it decides between a plain load, a relocated load, a probe read and a refusal, and what
invalidates it.
"""

from __future__ import annotations

import enum
from functools import cache
from typing import TYPE_CHECKING

from pybpfc_runtime import layout

from .. import kernel_objects
from ..record import replace, value_record

if TYPE_CHECKING:
    from ..tables.rows import Context


class Space(enum.Enum):
    """Where a reference points."""

    STACK = "stack"
    MAP_VALUE = "map value"
    GLOBAL = "global data"
    PACKET = "packet"
    PACKET_END = "packet end"
    CONTEXT = "context"
    CALLER = "the caller's context"
    TRUSTED = "trusted kernel memory"
    UNTRUSTED = "untrusted kernel memory"
    READABLE = "kernel memory that may only be read"
    USER = "user memory"
    RINGBUF = "ring buffer record"
    ARENA = "arena"
    MEMORY = "memory from a helper"
    OBJECT = "an object of the program"
    PER_CPU = "an object with a copy for each CPU"
    KERNEL_PER_CPU = "kernel memory of which each CPU has a copy"
    MAP = "a map"


# Memory that plain loads and stores reach: references into different ones may meet in one variable.
PLAIN = frozenset((Space.STACK, Space.MAP_VALUE, Space.GLOBAL, Space.RINGBUF, Space.MEMORY))


# Memory that plain loads reach, and helpers do not take: they get copies.
COPIED = frozenset((Space.OBJECT, Space.ARENA, Space.CALLER, Space.CONTEXT))
# What a program gets as its context: the verifier takes accesses at constant offsets from its start alone.
CONTEXTS = frozenset((Space.CALLER, Space.CONTEXT))


def same_space(left: Space, right: Space) -> bool:
    """Whether references into the two may meet in one variable."""
    return left is right or (left in PLAIN and right in PLAIN)


@value_record
class Type:
    """The base of all types. `str()` is how messages show a type."""

    @property
    def size(self) -> int:
        """Bytes in memory."""
        raise TypeError(f"{self} has no size")

    @property
    def align(self) -> int:
        return self.size


@value_record
class IntType(Type):
    """A host integer: `u8` to `u64`, `s8` to `s64`."""

    bits: int
    signed: bool

    @property
    def size(self) -> int:
        return self.bits // 8

    @property
    def minimum(self) -> int:
        return -(1 << self.bits - 1) if self.signed else 0

    @property
    def maximum(self) -> int:
        return (1 << self.bits - self.signed) - 1

    def holds(self, value: int) -> bool:
        return self.minimum <= value <= self.maximum

    def wrap(self, value: int) -> int:
        value &= (1 << self.bits) - 1
        return value - (1 << self.bits) if self.signed and value >> self.bits - 1 else value

    def __str__(self) -> str:
        return f"{'s' if self.signed else 'u'}{self.bits}"


@value_record
class BeType(Type):
    """An integer in network byte order: it can be moved, compared for equality and converted by name."""

    bits: int

    @property
    def size(self) -> int:
        return self.bits // 8

    def __str__(self) -> str:
        return f"be{self.bits}"


@value_record
class BoolType(Type):
    @property
    def size(self) -> int:
        return 1

    def __str__(self) -> str:
        return "bool"


@value_record
class VoidType(Type):
    def __str__(self) -> str:
        return "None"


@value_record
class ErrorType(Type):
    """The type of an expression that was already reported: it silences what follows from it."""

    def __str__(self) -> str:
        return "<error>"


@value_record
class LiteralType(Type):
    """A compile-time integer: Python's unbounded value, until it adopts the other side's type."""

    def __str__(self) -> str:
        return "integer constant"


@value_record
class StructType(Type):
    """A struct or union in memory; identity is that of its layout."""

    layout: layout.StructType

    @property
    def name(self) -> str:
        return self.layout.name

    @property
    def size(self) -> int:
        return self.layout.size

    @property
    def align(self) -> int:
        return self.layout.align

    def __str__(self) -> str:
        return self.layout.name

    def __hash__(self) -> int:
        return id(self.layout)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StructType) and other.layout is self.layout


@value_record
class ArrayType(Type):
    element: Type
    count: int

    @property
    def size(self) -> int:
        return self.element.size * self.count

    @property
    def align(self) -> int:
        return self.element.align

    def __str__(self) -> str:
        return f"Array[{self.element}, {self.count}]"


@value_record
class StringType(Type):
    """`char name[count]`."""

    count: int

    @property
    def size(self) -> int:
        return self.count

    @property
    def align(self) -> int:
        return 1

    def __str__(self) -> str:
        return f"Str[{self.count}]"


@value_record
class OpaqueType(Type):
    """A kernel object kept in a map value: `bpf_spin_lock`, `bpf_timer`, ..."""

    name: str
    bytes: int
    alignment: int

    @property
    def size(self) -> int:
        return self.bytes

    @property
    def align(self) -> int:
        return self.alignment

    def __str__(self) -> str:
        return self.name


@value_record
class KptrType(OpaqueType):
    """A field that keeps a pointer to an object of the kernel: a helper alone reads and writes it."""

    target: Type

    @property
    def space(self) -> Space:
        """Where what it keeps lives: with the kernel's objects or among the program's own."""
        if self.name == "percpu_kptr":
            return Space.PER_CPU
        own = isinstance(self.target, StructType) and not self.target.layout.kernel
        return Space.OBJECT if own else Space.TRUSTED


@value_record
class HeadType(OpaqueType):
    """The head of a list or the root of a tree of the program's own objects."""

    contains: StructType
    node: str


@value_record
class MapType(Type):
    """A map that is found in a map of maps: it is like the model of the inner maps, and its size is not known."""

    name: str
    declared: object  # the pybpfc.maps.Map that is the model

    def __str__(self) -> str:
        return self.name


@value_record
class ContextType(Type):
    """What a program's first argument points to; fields are rows of the context table."""

    row: Context

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def size(self) -> int:
        return self.row.size

    def __str__(self) -> str:
        return self.row.name

    def __hash__(self) -> int:
        return hash(self.row.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ContextType) and other.row.name == self.row.name


@value_record
class CursorType(Type):
    """A position in the packet: `ctx.cursor()`."""

    def __str__(self) -> str:
        return "Cursor"


@value_record
class Reference(Type):
    """A pointer to a value in memory: a struct's or array's own type in the source, `Ptr[T]` for a scalar."""

    target: Type
    space: Space
    nullable: bool = False

    @property
    def size(self) -> int:
        return 8

    def non_null(self) -> Reference:
        return replace(self, nullable=False) if self.nullable else self

    def or_none(self) -> Reference:
        return self if self.nullable else replace(self, nullable=True)

    def __str__(self) -> str:
        if self.space is Space.PACKET_END:
            text = "packet end"
        elif isinstance(self.target, VoidType):
            text = "packet pointer"
            if self.space is not Space.PACKET:
                return "None"
        elif is_scalar(self.target):
            text = f"Ptr[{self.target}]"
        else:
            text = str(self.target)
        return f"{text} | None" if self.nullable else text


U8, U16, U32, U64 = (IntType(bits, False) for bits in (8, 16, 32, 64))
S8, S16, S32, S64 = (IntType(bits, True) for bits in (8, 16, 32, 64))
BE16, BE32, BE64 = (BeType(bits) for bits in (16, 32, 64))
BOOL = BoolType()
VOID = VoidType()
ERROR = ErrorType()
LITERAL = LiteralType()
CURSOR = CursorType()
PACKET_POINTER = Reference(VOID, Space.PACKET)
PACKET_END = Reference(VOID, Space.PACKET_END)

_NAMED: dict[str, Type] = {
    **{str(t): t for t in (U8, U16, U32, U64, S8, S16, S32, S64, BE16, BE32, BE64)}, "bool": BOOL}


def named(name: str) -> Type:
    """The scalar type that a table row spells, as `u32` or `be16`."""
    return _NAMED[name]


def is_scalar(type_: Type) -> bool:
    """Whether a value of this type fits a register."""
    return isinstance(type_, (IntType, BeType, BoolType))


def is_aggregate(type_: Type) -> bool:
    return isinstance(type_, (StructType, ArrayType, StringType, OpaqueType))


def kernel_object(type_: Type) -> OpaqueType | None:
    """The first object of the kernel's in memory of a type: neither loads nor stores may touch it."""
    if isinstance(type_, ArrayType):
        return kernel_object(type_.element)
    if isinstance(type_, StructType):
        found = (kernel_object(from_layout(field.type)) for field in type_.layout.fields)
        return next((item for item in found if item is not None), None)
    return type_ if isinstance(type_, OpaqueType) else None


def has_no_name(element: Type) -> bool:
    """Whether elements of an array, or those of the rows that they are, are structs of the kernel without a name."""
    while isinstance(element, ArrayType):
        element = element.element
    return isinstance(element, StructType) and element.layout.kernel and not element.name


@cache
def from_layout(described: layout.AnyType) -> Type:
    """The compiler's type for a layout descriptor."""
    if isinstance(described, layout.IntegerType):
        return _NAMED[described.name]
    if isinstance(described, layout.EnumType):
        return from_layout(described.base)
    if isinstance(described, layout.StructType):
        return StructType(described)
    if isinstance(described, layout.ArrayType):
        return ArrayType(from_layout(described.element), described.count)
    if isinstance(described, layout.StringType):
        return StringType(described.count)
    if isinstance(described, kernel_objects.HeadType) and described.contains is not None:
        return HeadType(described.name, described.size, described.align, StructType(described.contains), described.node)
    if isinstance(described, layout.OpaqueType):
        return OpaqueType(described.name, described.size, described.align)
    assert isinstance(described, layout.PointerType)
    if described.tag == layout.ARENA and described.target is not None:
        return Reference(from_layout(described.target), Space.ARENA, True)
    if described.tag in layout.KEPT and described.target is not None:
        return KptrType(described.tag, 8, 8, from_layout(described.target))
    return U64  # an address kept in memory is a number until it is cast
