"""Kernel types as the classes that programs import and the layouts that the compiler works with.

Everything is lazy: a name costs a search, a struct's members are looked up when one is used, and what a pointer
points at when the pointer is followed. Layouts are made once for each type, so that one type is one object.
"""

from __future__ import annotations

import enum
import keyword
from typing import Any

from pybpfc_runtime import layout, values
from pybpfc_runtime.btf import types
from pybpfc_runtime.btf.convert import INTEGERS, TypeConverter, attribute_of
from pybpfc_runtime.btf.index import IndexedBtf
from pybpfc_runtime.layout import (
    AnyType,
    ArrayType,
    EnumType,
    Field,
    IntegerType,
    LazyStructType,
    StringType,
    StructType,
)
from pybpfc_runtime.values import DeclarationError

COMPOSITES = (types.Struct, types.Union_)
ENUMS = (types.Enum, types.Enum64)


class KernelStructMeta(type):
    """The class of classes that stand for kernel structs: names for annotations, never instantiated."""

    __pybpfc_type__: AnyType
    __pybpfc_kernel__: str  # the name in the kernel

    def __call__(cls, *_: Any, **__: Any) -> Any:
        raise TypeError(f"{cls.__name__} is a type of the kernel: a program reads the kernel's own objects and makes "
                        "none (declare a Struct for data of its own)")

    def __repr__(cls) -> str:
        return f"<kernel type {cls.__name__}>"


class UnknownKernelName(LookupError):
    """The kernel has no type and no enumeration constant of this name; the message says which come near."""


class KernelTypes(TypeConverter):
    """Layouts and classes for the types of one kernel.

    Args:
        btf: the types.
        source: the file they came from, for messages.
    """

    def __init__(self, btf: IndexedBtf, source: str) -> None:
        super().__init__(btf)
        self.btf = btf
        self.source = source
        self._objects: dict[str, Any] = {}
        self._by_typedef: dict[int, AnyType] = {}

    # Names

    def lookup(self, name: str) -> Any:
        """What a name of the kernel stands for: a class, an IntEnum class, a member of one.

        A struct or union comes first, whatever else has the name; then typedefs and enums, then constants.

        Raises:
            UnknownKernelName: the kernel has nothing of this name.
            DeclarationError: the kernel has several types of this name that differ.
        """
        found = self._objects.get(name)
        if found is None:
            found = self._objects[name] = self._look_up(name)
        return found

    def _look_up(self, name: str) -> Any:
        plain = name[:-1]
        if name.endswith("_") and keyword.iskeyword(plain) and not self.btf.ids_named(name):
            return self.lookup(plain)  # `from pybpfc.vmlinux import class_`, as fields of such names are written
        by_kind: dict[int, list[int]] = {}
        for type_id in self.btf.ids_named(name):
            by_kind.setdefault(self.btf.kind_of(type_id), []).append(type_id)
        for kinds in ((types.BTF_KIND_STRUCT, types.BTF_KIND_UNION), (types.BTF_KIND_TYPEDEF,),
                      (types.BTF_KIND_ENUM, types.BTF_KIND_ENUM64), (types.BTF_KIND_INT,), (types.BTF_KIND_FWD,)):
            candidates = [type_id for kind in kinds for type_id in by_kind.get(kind, ())]
            if candidates:
                self._agree(name, candidates)
                return self._class(name, candidates[0])
        return self._constant(name)

    def _agree(self, name: str, candidates: list[int]) -> None:
        """Several types of one name are fine as long as they have the same contents."""
        if len(candidates) == 1:
            return
        described = {self.describe(type_id): type_id for type_id in candidates}
        if len(described) > 1:
            first, second, *_ = described
            raise DeclarationError(
                f"the kernel has several types called {name} ({self.source}):\n{first}\nand\n{second}\n"
                f"declare the one that is meant: class {name}(KernelStruct): ... with the fields that are used")

    def describe(self, type_id: int) -> str:
        """A type as C declares it, one level deep: what messages show."""
        type_ = self.btf.type(type_id)
        if isinstance(type_, COMPOSITES):
            word = "struct" if isinstance(type_, types.Struct) else "union"
            members = "".join(f"    {self.c_name(member.type)} {member.name}{f':{member.bits}' if member.bits else ''};"
                              f" /* bit {member.bit_offset} */\n" for member in type_.members)
            return f"{word} {type_.name} {{ /* {type_.size} bytes */\n{members}}}"
        if isinstance(type_, ENUMS):
            return f"enum {type_.name} {{ {', '.join(f'{name} = {value}' for name, value in type_.values)} }}"
        if isinstance(type_, types.Typedef):
            return f"typedef {self.c_name(type_.type)} {type_.name}"
        return self.c_name(type_id)

    def c_name(self, type_id: int, depth: int = 8) -> str:
        """The name of a type in C, as far as it has one."""
        type_ = self.btf.type(type_id)
        if isinstance(type_, types.Void) or not depth:
            return "void"
        if isinstance(type_, types.Ptr):
            return f"{self.c_name(type_.type, depth - 1)} *"
        if isinstance(type_, types.Array):
            return f"{self.c_name(type_.element, depth - 1)}[{type_.count}]"
        if isinstance(type_, types.FuncProto):
            return "function"
        if isinstance(type_, (types.Const, types.Volatile, types.Restrict, types.TypeTag)):
            return self.c_name(type_.type, depth - 1)
        word = {types.BTF_KIND_STRUCT: "struct ", types.BTF_KIND_UNION: "union ", types.BTF_KIND_ENUM: "enum ",
                types.BTF_KIND_ENUM64: "enum "}.get(type_.kind, "")
        return word + (type_.name or "{...}")

    def _class(self, name: str, type_id: int) -> Any:
        if isinstance(self.btf.resolve(type_id)[1], (types.FuncProto, types.Void)):
            raise DeclarationError(f"{name} is the type of a function: nothing in memory has it, only pointers to it "
                                   "(annotate those as u64)")
        described = self.value_type(type_id)
        if isinstance(described, IntegerType):
            return bool if described.is_bool else getattr(values, described.name)
        if isinstance(described, EnumType):
            return described.enum_class
        if isinstance(described, StructType) and described.name not in ("", name) and not described.is_typedef:
            return self.lookup(described.name)  # `typedef struct foo bar`
        namespace = {"__pybpfc_type__": described, "__pybpfc_kernel__": name, "__module__": "pybpfc.vmlinux",
                     "__slots__": (), "__doc__": f"`{self.c_name(type_id)}` of the kernel."}
        return KernelStructMeta(name, (), namespace)

    def _constant(self, name: str) -> Any:
        found = self.btf.enumerators(name)
        if not found:
            raise UnknownKernelName(self._unknown(name))
        if len({value for _, value in found}) > 1:
            first, second, *_ = (f"{name} = {value} in {self.c_name(type_id)}" for type_id, value in found)
            raise DeclarationError(f"the kernel has several constants called {name} ({self.source}): {first} and "
                                   f"{second}; import the enum that is meant and name its member")
        type_id, value = found[0]
        described = self.value_type(type_id)
        enum_class: Any = described.enum_class if isinstance(described, EnumType) else None
        return value if enum_class is None else enum_class.__members__.get(name, value)

    def _unknown(self, name: str) -> str:
        kinds = (types.BTF_KIND_STRUCT, types.BTF_KIND_UNION, types.BTF_KIND_TYPEDEF, types.BTF_KIND_ENUM,
                 types.BTF_KIND_ENUM64)
        import difflib

        near = difflib.get_close_matches(name, self.btf.names_like(name, kinds), n=3)
        from .kernel_btf import module_hint

        hint = module_hint(name) or (f"did you mean {' or '.join(near)}?" if near else
            "macros are not in BTF: define the number in the program, or declare a KernelStruct for a type that only "
            "other kernels have")
        return f"the kernel has no type and no enumeration constant called {name} ({self.source}); {hint}"

    # Layouts

    def _convert(self, type_id: int) -> AnyType:
        type_ = self.btf.type(type_id)
        if isinstance(type_, types.Typedef):
            behind_id, behind = type_.type, self.btf.type(type_.type)
            if isinstance(behind, COMPOSITES) and not behind.name:
                return self._named_by(type_.name, behind_id, behind)
        if isinstance(type_, types.Fwd):
            return self._declared_only(type_)
        return super()._convert(type_id)

    def _named_by(self, typedef: str, type_id: int, type_: types.Struct | types.Union_) -> AnyType:
        """A struct without a name of its own, under the name of its typedef."""
        found = self._by_typedef.get(type_id)
        if found is None:
            found = self._by_typedef[type_id] = LazyStructType(
                typedef, lambda: (self._fields(type_), type_.size), is_union=isinstance(type_, types.Union_),
                is_typedef=True)
        return found

    def _declared_only(self, type_: types.Fwd) -> AnyType:
        kind = types.BTF_KIND_UNION if type_.is_union else types.BTF_KIND_STRUCT
        whole = self.btf.find(kind, type_.name)
        if whole is not None:
            return self.value_type(whole)
        return LazyStructType(type_.name, lambda: ((), 0), is_union=type_.is_union)

    def _composite(self, type_id: int, type_: types.Struct | types.Union_) -> StructType:
        return LazyStructType(type_.name, lambda: (self._fields(type_), type_.size),
                              is_union=isinstance(type_, types.Union_))

    def _fields(self, type_: types.Struct | types.Union_) -> tuple[Field, ...]:
        """The fields, of which most are never looked at: what is behind a name is found out when somebody asks."""
        found = (_LazyField(self, type_, member) if member.name else self.field(type_, member)
                 for member in type_.members)
        return tuple(field for field in found if field is not None)

    def pointee(self, type_id: int) -> AnyType | None:
        type_ = self.btf.resolve(type_id)[1]
        if isinstance(type_, types.Fwd):
            return self._declared_only(type_)
        return super().pointee(type_id)

    def _integer(self, type_: types.Int) -> AnyType:
        # `char` is signed in kernels before 6.2 and unsigned from then on: text has no sign
        return layout.U8 if type_.name == "char" else super()._integer(type_)

    def _array(self, type_: types.Array) -> AnyType:
        found = super()._array(type_)
        return ArrayType(layout.U8, 0) if isinstance(found, StringType) and not found.count else found

    def _enumeration(self, type_: types.Enum | types.Enum64) -> AnyType:
        base = INTEGERS.get((type_.size, type_.signed), layout.U32)
        return KernelEnumType(type_, base) if type_.values else base


class _LazyField(Field):
    """A member with a name; all but that is looked up when it is first asked for."""

    __slots__ = ("_member", "_struct", "_types")

    def __init__(self, types_: KernelTypes, struct: types.Struct | types.Union_, member: types.Member) -> None:
        self.name = member.name
        self.attribute = attribute_of(member)
        self._types = types_
        self._struct = struct
        self._member = member

    def __getattr__(self, attribute: str) -> Any:  # called only for attributes without a value yet
        if attribute not in ("type", "offset", "bits", "bit_offset"):
            raise AttributeError(attribute)
        found = self._types.field(self._struct, self._member)
        assert found is not None  # it has a name
        self.type, self.offset, self.bits, self.bit_offset = found.type, found.offset, found.bits, found.bit_offset
        return object.__getattribute__(self, attribute)


class KernelEnumType(EnumType):
    """An enum of the kernel; its class is made when it is first asked for."""

    __slots__ = ("_btf",)

    def __init__(self, type_: types.Enum | types.Enum64, base: IntegerType) -> None:
        self._btf = type_
        self.base = base
        self.name = type_.name or "anonymous_enum"
        self.size = base.size
        self.align = base.align

    @property
    def nameless(self) -> bool:
        """Whether the kernel has no name for it: `name` is one for Python, which wants a class to have one."""
        return not self._btf.name

    def __getattr__(self, attribute: str) -> Any:  # called only for attributes without a value yet
        if attribute != "enum_class":
            raise AttributeError(attribute)
        members = {name: value for name, value in self._btf.values if _can_be_member(name)}
        made = enum.IntEnum(self.name, members, module="pybpfc.vmlinux")  # type: ignore[misc]
        made.__pybpfc_type__ = self  # type: ignore[attr-defined]
        made.__pybpfc_kernel__ = self.name  # type: ignore[attr-defined]
        self.enum_class: type = made
        return made


def _can_be_member(name: str) -> bool:
    """Python keeps some names of an enum class for itself."""
    return name.isidentifier() and name != "mro" and not (name.startswith("_") and name.endswith("_"))

