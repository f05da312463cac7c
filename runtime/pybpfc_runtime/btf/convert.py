"""BTF types as the layout descriptors that map entries and variables are decoded with.

Conversion is lazy and memoised: a struct's Python class comes into being when a map that holds it is
first looked at. What C says about a type decides: `char[n]` is text, arrays of `unsigned char` are
bytes, typedefs such as `__be32` are network order, enums become `IntEnum`.
"""

from __future__ import annotations

import enum
import keyword
from typing import TYPE_CHECKING

from .. import layout, values
from ..errors import BtfError
from ..layout import ArrayType, EnumType, Field, IntegerType, OpaqueType, PointerType, StringType, StructType
from . import types

if TYPE_CHECKING:
    from ..layout import AnyType
    from .types import Btf

NETWORK_ORDER = {
    "__be16": layout.BE16, "__be32": layout.BE32, "__be64": layout.BE64, "__sum16": layout.BE16, "__wsum": layout.BE32,
    "be16": layout.BE16, "be32": layout.BE32, "be64": layout.BE64,
}

_LONGEST = 32  # qualifiers and tags between a pointer and what it points at: the kernel's MAX_RESOLVE_DEPTH
_DEEPEST = 100  # types within each other; beyond it Python's own stack would end

INTEGERS = {(type_.size, type_.signed): type_ for type_ in
             (layout.U8, layout.U16, layout.U32, layout.U64, layout.S8, layout.S16, layout.S32, layout.S64)}

_OF_INTEGERS = IntegerType, OpaqueType  # what a BTF Int becomes


class TypeConverter:
    """Descriptors for the types of one object."""

    def __init__(self, btf: Btf) -> None:
        self._btf = btf
        self._done: dict[int, AnyType] = {}
        self._open: set[int] = set()

    def value_type(self, type_id: int) -> AnyType:
        """The descriptor of a type.

        Raises:
            BtfError: the type has no values in memory (void, a function), or contains itself.
        """
        found = self._done.get(type_id)
        if found is None:
            if type_id in self._open:
                raise BtfError(f"BTF type {type_id} contains itself")
            if len(self._open) > _DEEPEST:
                raise BtfError(f"BTF type {type_id} lies within more than {_DEEPEST} others")
            self._open.add(type_id)
            try:
                found = self._done[type_id] = self._convert(type_id)
            finally:
                self._open.discard(type_id)
        return found

    def _convert(self, type_id: int) -> AnyType:
        type_ = self._btf.type(type_id)
        if isinstance(type_, types.Typedef):
            network = NETWORK_ORDER.get(type_.name)
            if network is not None and self._btf.size_of(type_id) == network.size:
                return network
        if isinstance(type_, (types.Typedef, types.Volatile, types.Const, types.Restrict, types.TypeTag, types.Var)):
            return self.value_type(type_.type)
        if isinstance(type_, types.Int):
            return self._integer(type_)
        if isinstance(type_, types.Ptr):
            return self._pointer(type_)
        if isinstance(type_, types.Array):
            return self._array(type_)
        if isinstance(type_, (types.Struct, types.Union_)):
            return self._composite(type_id, type_)
        if isinstance(type_, (types.Enum, types.Enum64)):
            return self._enumeration(type_)
        if isinstance(type_, types.Float):
            return OpaqueType(type_.name or "float", type_.size, max(type_.size, 1))
        raise BtfError(f"BTF type {type_id}, {types.KIND_NAMES[type_.kind]} {type_.name!r}, has no values in memory")

    def _pointer(self, type_: types.Ptr) -> PointerType:
        target, tag = type_.type, ""
        for _ in range(_LONGEST):
            behind = self._btf.type(target)
            if not isinstance(behind, (types.TypeTag, types.Const, types.Volatile, types.Restrict)):
                break
            if isinstance(behind, types.TypeTag) and not tag:
                tag = behind.name
            target = behind.type
        return PointerType(lambda: self.pointee(target), tag)

    def pointee(self, type_id: int) -> AnyType | None:
        """What a pointer to a type points at; None for `void`, functions, and structs that are only declared."""
        type_ = self._btf.resolve(type_id)[1]
        if isinstance(type_, (types.Void, types.FuncProto, types.Func, types.Fwd)):
            return None
        return self.value_type(type_id)

    def _integer(self, type_: types.Int) -> AnyType:
        if type_.encoding & types.INT_BOOL and type_.size == 1:
            return layout.BOOL
        found = INTEGERS.get((type_.size, bool(type_.encoding & types.INT_SIGNED)))
        return found or OpaqueType(type_.name, type_.size, max(1, min(type_.size, 16)))

    def _array(self, type_: types.Array) -> AnyType:
        element = self._btf.resolve(type_.element)[1]
        if isinstance(element, types.Int) and element.size == 1 and (
                element.name == "char" or element.encoding & types.INT_CHAR):
            return StringType(type_.count)
        return ArrayType(self.value_type(type_.element), type_.count)

    def _composite(self, type_id: int, type_: types.Struct | types.Union_) -> StructType:
        fields = self._fields(type_)
        align = layout.natural_alignment(fields, type_.size)
        name = type_.name or f"anonymous_{type_id}"
        made = StructType(name, fields, type_.size, align, is_union=isinstance(type_, types.Union_), packed=align == 1)
        values.make_struct(name, made)
        return made

    def _fields(self, type_: types.Struct | types.Union_) -> tuple[Field, ...]:
        found = (self.field(type_, member) for member in type_.members)
        return tuple(field for field in found if field is not None)

    def field(self, type_: types.Struct | types.Union_, member: types.Member) -> Field | None:
        """A member as a field; None for padding: nothing but a struct or union gives its members to the struct around.

        Raises:
            BtfError: the member's type has no size.
        """
        member_type = self.value_type(member.type)
        bits, position = member.bits, member.bit_offset
        if not bits and isinstance(member_type, _OF_INTEGERS):
            declared = self._btf.resolve(member.type)[1]
            if isinstance(declared, types.Int) and declared.bits != declared.size * 8:
                bits, position = declared.bits, position + declared.offset  # a bit field of an older compiler
        if bits and not member_type.size:
            raise BtfError(f"bit field {member.name} of {type_.name or 'a struct'} has a type without a size")
        if not member.name and not isinstance(member_type, StructType):
            return None
        offset = position // (member_type.size * 8) * member_type.size if bits else position // 8
        return Field(member.name, member_type, offset, bits, position if bits else 0, attribute_of(member))

    def _enumeration(self, type_: types.Enum | types.Enum64) -> AnyType:
        base: IntegerType = INTEGERS.get((type_.size, type_.signed), layout.U32)
        name = type_.name or "anonymous_enum"
        try:
            members = enum.IntEnum(name, dict(type_.values), module="pybpfc_runtime.from_btf")  # type: ignore[misc]
        except (ValueError, TypeError):
            return base  # a member is called `mro` or the like: Python cannot name it, the number remains
        return EnumType(members, base, name) if type_.values else base


def attribute_of(member: types.Member) -> str:
    """What a member is called in Python, which keeps some names for itself."""
    return member.name + "_" if keyword.iskeyword(member.name) else member.name
