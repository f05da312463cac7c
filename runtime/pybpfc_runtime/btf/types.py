"""The kinds of BTF types, as small objects that refer to each other by id.

Ids count from 1; 0 is `void`. Sizes are in bytes unless a name says bits.

Source: Documentation/bpf/btf.rst, include/uapi/linux/btf.h.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import BtfError

if TYPE_CHECKING:
    from collections.abc import Callable

(BTF_KIND_UNKN, BTF_KIND_INT, BTF_KIND_PTR, BTF_KIND_ARRAY, BTF_KIND_STRUCT, BTF_KIND_UNION, BTF_KIND_ENUM,
 BTF_KIND_FWD, BTF_KIND_TYPEDEF, BTF_KIND_VOLATILE, BTF_KIND_CONST, BTF_KIND_RESTRICT, BTF_KIND_FUNC,
 BTF_KIND_FUNC_PROTO, BTF_KIND_VAR, BTF_KIND_DATASEC, BTF_KIND_FLOAT, BTF_KIND_DECL_TAG, BTF_KIND_TYPE_TAG,
 BTF_KIND_ENUM64) = range(20)

KIND_NAMES = ("void", "int", "pointer", "array", "struct", "union", "enum", "forward declaration", "typedef",
              "volatile", "const", "restrict", "function", "function prototype", "variable", "section", "float",
              "declaration tag", "type tag", "enum64")

# Linkage of FUNC and VAR.
STATIC, GLOBAL, EXTERN = range(3)

INT_SIGNED, INT_CHAR, INT_BOOL = 1, 2, 4


class Void:
    """Type id 0."""

    __slots__ = ()
    kind = BTF_KIND_UNKN
    name = ""


class Int:
    __slots__ = ("bits", "encoding", "name", "offset", "size")
    kind = BTF_KIND_INT

    def __init__(self, name: str, size: int, encoding: int, offset: int, bits: int) -> None:
        self.name = name
        self.size = size
        self.encoding = encoding
        self.offset = offset  # in bits: older compilers put bit fields here
        self.bits = bits


class _Reference:
    """A kind that only points at another type."""

    __slots__ = ("name", "type")
    kind = BTF_KIND_UNKN

    def __init__(self, name: str, type: int) -> None:
        self.name = name
        self.type = type


class Ptr(_Reference):
    __slots__ = ()
    kind = BTF_KIND_PTR


class Typedef(_Reference):
    __slots__ = ()
    kind = BTF_KIND_TYPEDEF


class Volatile(_Reference):
    __slots__ = ()
    kind = BTF_KIND_VOLATILE


class Const(_Reference):
    __slots__ = ()
    kind = BTF_KIND_CONST


class Restrict(_Reference):
    __slots__ = ()
    kind = BTF_KIND_RESTRICT


class TypeTag(_Reference):
    __slots__ = ()
    kind = BTF_KIND_TYPE_TAG


class Array:
    __slots__ = ("count", "element", "index", "name")
    kind = BTF_KIND_ARRAY

    def __init__(self, element: int, index: int, count: int) -> None:
        self.name = ""
        self.element = element
        self.index = index
        self.count = count


class Member:
    """A member of a struct or union. `bits` is 0 for one that is not a bit field."""

    __slots__ = ("bit_offset", "bits", "name", "type")

    def __init__(self, name: str, type: int, bit_offset: int, bits: int) -> None:
        self.name = name
        self.type = type
        self.bit_offset = bit_offset
        self.bits = bits


class _Composite:
    """`members` may be given as a function that reads them, called when they are first looked at: most structs of a
    kernel are only met as the type of a member, for their name and size."""

    __slots__ = ("_read", "kind_flag", "members", "name", "size")
    kind = BTF_KIND_UNKN
    members: list[Member]
    _read: Callable[[], list[Member]]

    def __init__(self, name: str, size: int, members: list[Member] | Callable[[], list[Member]],
                 kind_flag: bool = False) -> None:
        self.name = name
        self.size = size
        if callable(members):
            self._read = members
        else:
            self.members = members
        self.kind_flag = kind_flag

    def __getattr__(self, attribute: str) -> Any:  # called only for attributes without a value yet
        if attribute != "members":
            raise AttributeError(attribute)
        self.members = self._read()
        del self._read
        return self.members


class Struct(_Composite):
    __slots__ = ()
    kind = BTF_KIND_STRUCT


class Union_(_Composite):
    __slots__ = ()
    kind = BTF_KIND_UNION


class _Enumeration:
    __slots__ = ("name", "signed", "size", "values")
    kind = BTF_KIND_UNKN

    def __init__(self, name: str, size: int, signed: bool, values: list[tuple[str, int]]) -> None:
        self.name = name
        self.size = size
        self.signed = signed
        self.values = values


class Enum(_Enumeration):
    __slots__ = ()
    kind = BTF_KIND_ENUM


class Enum64(_Enumeration):
    __slots__ = ()
    kind = BTF_KIND_ENUM64


class Fwd:
    __slots__ = ("is_union", "name")
    kind = BTF_KIND_FWD

    def __init__(self, name: str, is_union: bool) -> None:
        self.name = name
        self.is_union = is_union


class Func:
    __slots__ = ("linkage", "name", "type")
    kind = BTF_KIND_FUNC

    def __init__(self, name: str, type: int, linkage: int) -> None:
        self.name = name
        self.type = type
        self.linkage = linkage


class FuncProto:
    __slots__ = ("name", "parameters", "result")
    kind = BTF_KIND_FUNC_PROTO

    def __init__(self, result: int, parameters: list[tuple[str, int]]) -> None:
        self.name = ""
        self.result = result
        self.parameters = parameters  # (name, type); ("", 0) at the end is `...`


class Var:
    __slots__ = ("linkage", "name", "type")
    kind = BTF_KIND_VAR

    def __init__(self, name: str, type: int, linkage: int) -> None:
        self.name = name
        self.type = type
        self.linkage = linkage


class Datasec:
    __slots__ = ("name", "size", "variables")
    kind = BTF_KIND_DATASEC

    def __init__(self, name: str, size: int, variables: list[tuple[int, int, int]]) -> None:
        self.name = name
        self.size = size
        self.variables = variables  # (id of the Var, offset, size)


class Float:
    __slots__ = ("name", "size")
    kind = BTF_KIND_FLOAT

    def __init__(self, name: str, size: int) -> None:
        self.name = name
        self.size = size


class DeclTag:
    __slots__ = ("component", "name", "type")
    kind = BTF_KIND_DECL_TAG

    def __init__(self, name: str, type: int, component: int) -> None:
        self.name = name
        self.type = type
        self.component = component  # index of the member or parameter; -1 is the whole


BtfType = (Void | Int | Ptr | Array | Struct | Union_ | Enum | Fwd | Typedef | Volatile | Const | Restrict | Func
           | FuncProto | Var | Datasec | Float | DeclTag | TypeTag | Enum64)

_LONGEST = 1000  # typedefs and qualifiers in a row; the kernel stops at 32
_MODIFIERS = (Typedef, Volatile, Const, Restrict, TypeTag)


class Btf:
    """All types of one object.

    Attributes:
        types: by id; `types[0]` is `void`.
        strings: the string section, kept whole because .BTF.ext points into it.
    """

    __slots__ = ("_ids", "strings", "types")

    def __init__(self, types: list[BtfType], strings: bytes) -> None:
        self.types = types
        self.strings = strings
        self._ids: dict[tuple[int, str], int] | None = None

    def __len__(self) -> int:
        return len(self.types) - 1

    def type(self, type_id: int) -> BtfType:
        if not 0 <= type_id < len(self.types):
            raise BtfError(f"BTF has no type {type_id}; ids end at {len(self.types) - 1}")
        return self.types[type_id]

    def add(self, type_: BtfType) -> int:
        """Append a type; its id."""
        self._ids = None
        self.types.append(type_)
        return len(self.types) - 1

    def string(self, offset: int) -> str:
        """The text at an offset of the string section."""
        end = self.strings.find(b"\0", offset) if 0 <= offset < len(self.strings) else -1
        if end < 0:
            raise BtfError(f"a BTF string at {offset} lies beyond the string section of {len(self.strings)} bytes")
        return self.strings[offset:end].decode("utf-8", "replace")

    def find(self, kind: int, name: str) -> int | None:
        """The id of the first type of that kind and name."""
        if self._ids is None:
            ids: dict[tuple[int, str], int] = {}
            for index, type_ in enumerate(self.types):
                ids.setdefault((type_.kind, type_.name), index)
            self._ids = ids
        return self._ids.get((kind, name))

    def resolve(self, type_id: int) -> tuple[int, BtfType]:
        """The type behind typedefs, qualifiers and tags.

        Raises:
            BtfError: the chain does not end.
        """
        for _ in range(min(len(self), _LONGEST) + 2):
            type_ = self.type(type_id)
            if not isinstance(type_, _MODIFIERS):
                return type_id, type_
            type_id = type_.type
        raise BtfError(f"BTF type {type_id} is a typedef of itself")

    def size_of(self, type_id: int) -> int:
        """`sizeof`, in bytes.

        Raises:
            BtfError: the type has no size (void, a function, a forward declaration), or contains itself.
        """
        count = 1
        for _ in range(min(len(self), _LONGEST) + 2):
            type_id, type_ = self.resolve(type_id)
            if isinstance(type_, Array):
                count *= type_.count
                type_id = type_.element
                continue
            if isinstance(type_, (Int, Struct, Union_, Enum, Enum64, Float, Datasec)):
                return type_.size * count
            if isinstance(type_, Ptr):
                return 8 * count
            if isinstance(type_, Var):
                type_id = type_.type
                continue
            raise BtfError(f"BTF type {type_id}, {KIND_NAMES[type_.kind]} {type_.name!r}, has no size")
        raise BtfError(f"BTF type {type_id} contains itself")
