"""Types as LLVM debug info, from which LLVM writes the object's BTF.

Integers are spelled as clang spells them with the kernel's own headers (`__u32` of `unsigned int`), so BTF
that pybpfc wrote reads like BTF of a C program. Structs of the kernel get only the members that the program
names: relocations match members by name, and offsets of the running kernel replace ours. Those that the program
declares by hand are described as it declares them, as clang does it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from pybpfc_runtime import layout
from pybpfc_runtime.btf import types as btf_types
from pybpfc_runtime.btf.index import IndexedBtf

from ...kernel_functions import Signature
from ...kernel_objects import HeadType
from .. import types
from ..errors import InternalError
from ..types import Space
from .metadata import Metadata
from .text import quoted

# bits: the C type, DWARF's encoding (https://dwarfstd.org, DW_ATE_*)
_UNSIGNED = {8: ("unsigned char", "unsigned_char"), 16: ("unsigned short", "unsigned"),
             32: ("unsigned int", "unsigned"), 64: ("unsigned long long", "unsigned")}
_SIGNED = {8: ("signed char", "signed_char"), 16: ("short", "signed"), 32: ("int", "signed"),
           64: ("long long", "signed")}

# Where a pointer leads into the kernel's own memory: what is behind it is described no further than it is used.
KERNEL_MEMORY = frozenset({Space.TRUSTED, Space.READABLE, Space.UNTRUSTED, Space.USER})

_FLOATS = frozenset({"float", "double", "long double"})

NULL = "null"


class DebugTypes:
    """Type nodes of one module, each written once.

    Args:
        metadata: where the nodes go.
        relocatable: structs that are accessed through CO-RE, with the indices of the fields that are.
        matched: structs that are compared with the kernel's, for which every member counts.
        tables: structs of functions that the kernel calls, whole, with the types of these functions by name.
    """

    def __init__(self, metadata: Metadata, relocatable: Mapping[layout.StructType, Collection[int]],
                 matched: Iterable[layout.StructType] = (),
                 tables: Mapping[layout.StructType, Mapping[str, Signature]] | None = None) -> None:
        self._metadata = metadata
        self._whole: set[layout.StructType] = set()
        self._tables = tables or {}
        for struct in (*matched, *self._tables):
            self._add_whole(struct)
        self._relocatable = {struct: sorted(fields) for struct, fields in relocatable.items()
                             if not struct.declared and struct not in self._whole}
        self._structs: dict[tuple[layout.StructType, bool], str] = {}
        self._arrays: dict[str, tuple[str, tuple[int, ...]]] = {}  # what their innermost elements are, and how many
        self._partial_parts: set[layout.StructType] = set()
        self._contexts: dict[str, str] = {}
        self._member_pointers: dict[layout.StructType, str] = {}
        self.contained: dict[str, None] = {}  # structs that the kernel finds by a tag that names them

    def of(self, type_: types.Type) -> str:
        """The node of a compiler type; `null` is void."""
        if isinstance(type_, types.IntType):
            return self._integer(type_.bits, type_.signed)
        if isinstance(type_, types.BeType):
            return self._big_endian(type_.bits)
        if isinstance(type_, types.BoolType):
            return self._basic("_Bool", 8, "boolean")
        if isinstance(type_, types.VoidType):
            return NULL
        if isinstance(type_, types.StructType):
            return self._struct(type_.layout)
        if isinstance(type_, types.ArrayType):
            return self.array(self.of(type_.element), type_.count, type_.size)
        if isinstance(type_, types.StringType):
            return self.array(self.char(), type_.count, type_.size)
        if isinstance(type_, types.OpaqueType):
            return self._opaque(type_.name, type_.size, type_.align)
        if isinstance(type_, types.ContextType):
            return self._context(type_)
        if isinstance(type_, types.Reference):
            if type_.space in KERNEL_MEMORY and isinstance(type_.target, types.StructType):
                return self._member_pointer(type_.target.layout)
            return self.pointer(self.of(type_.target))
        raise InternalError(f"{type_} has no debug info: it is not a type of memory")

    def anonymous(self, struct: layout.StructType) -> str:
        """The node of an anonymous member's type, whatever the class is called that was written for it."""
        return self._struct(struct, anonymous=True)

    def word(self, spelled: str) -> str:
        """The node of a type in the words of a table row."""
        if spelled == "void":
            return NULL
        if spelled.startswith("&"):
            name = spelled[1:].removesuffix("?")
            if ":" in name:
                name, size, align = name.split(":")
                return self.pointer(self._opaque(name, int(size), int(align)))
            try:
                return self.pointer(self.of(types.named(name)))
            except KeyError:
                return self.pointer(self._forward(name))
        return self.plain_int() if spelled == "s32" else self.of(types.named(spelled))

    def kernel_prototype(self, signature: Signature) -> str:
        """The node of a kernel function's type. A loader compares it with the kernel's own: which types point at
        which, by kind; structs by nothing else, so they are empty here."""
        prototype = signature.prototype
        btf = signature.kernel.btf
        nodes = [self._kernel_type(btf, type_id) for type_id in (
            prototype.result, *(number for _, number in prototype.parameters if number))]
        return self._metadata.add(f"!DISubroutineType(types: !{{{', '.join(nodes)}}})")

    def _kernel_type(self, btf: IndexedBtf, type_id: int) -> str:
        _, type_ = btf.resolve(type_id)
        if isinstance(type_, btf_types.Void):
            return NULL
        if isinstance(type_, btf_types.Ptr):
            return self.pointer(self._kernel_type(btf, type_.type))
        if isinstance(type_, btf_types.Int):
            if type_.encoding & btf_types.INT_BOOL:
                return self._basic("_Bool", 8, "boolean")
            if type_.bits > 64:
                return self._opaque(type_.name, type_.size, type_.size)
            return self._integer(type_.bits, bool(type_.encoding & btf_types.INT_SIGNED))
        if isinstance(type_, btf_types.FuncProto):
            nodes = [self._kernel_type(btf, number) for number in (
                type_.result, *(number for _, number in type_.parameters if number))]
            return self._metadata.add(f"!DISubroutineType(types: !{{{', '.join(nodes)}}})")
        if isinstance(type_, btf_types.Fwd):
            return self._forward(type_.name)
        if isinstance(type_, btf_types.Array):
            return self.array(self._kernel_type(btf, type_.element), type_.count, 0)
        named = f"name: {quoted(type_.name)}, " if type_.name else ""
        if isinstance(type_, (btf_types.Enum, btf_types.Enum64)):
            return self._metadata.add(f"!DICompositeType(tag: DW_TAG_enumeration_type, {named}size: {type_.size * 8}, "
                                      "elements: !{})")
        tag = "union" if isinstance(type_, btf_types.Union_) else "structure"
        return self._metadata.add(f"!DICompositeType(tag: DW_TAG_{tag}_type, {named}size: 0, elements: !{{}})")

    def declared(self, type_: types.Type, described: layout.AnyType | None) -> str:
        """The node of a type as it was declared, where that says more: an enum has names."""
        element = described
        while isinstance(element, layout.ArrayType):
            element = element.element
        return self.of_layout(described) if described is not None and isinstance(element, layout.EnumType) \
            else self.of(type_)

    def of_layout(self, type_: layout.AnyType) -> str:
        """The node of a layout descriptor: names of enums survive here, which compiler types do not carry."""
        if isinstance(type_, layout.EnumType):
            return self._enum(type_)
        if isinstance(type_, layout.ArrayType):
            return self.array(self.of_layout(type_.element), type_.count, type_.size)
        if isinstance(type_, layout.PointerType):
            if type_.tag in layout.KEPT and isinstance(type_.target, layout.StructType):
                return self._tagged_pointer(type_.target, type_.tag)
            return self._layout_pointer(type_.target)
        return self.of(types.from_layout(type_))

    def plain_int(self) -> str:
        """Plain C `int`: what a program returns."""
        return self._basic("int", 32, "signed")

    def char(self) -> str:
        return self._basic("char", 8, "signed_char")

    def pointer(self, target: str) -> str:
        return self._metadata.add(f"!DIDerivedType(tag: DW_TAG_pointer_type, baseType: {target}, size: 64)")

    def qualified(self, qualifier: str, target: str) -> str:
        """`qualifier` is "const" or "volatile"."""
        return self._metadata.add(f"!DIDerivedType(tag: DW_TAG_{qualifier}_type, baseType: {target})")

    def array(self, element: str, count: int, size: int) -> str:
        """`count` elements, `size` bytes altogether.

        Rows and columns are one node as in C: LLVM takes the accesses to both for one chain then, and else only the
        first.
        """
        innermost, counts = self._arrays.get(element, (element, ()))
        counts = (count, *counts)
        ranges = ", ".join(self._metadata.add(f"!DISubrange(count: {each})") for each in counts)
        node = self._metadata.add(f"!DICompositeType(tag: DW_TAG_array_type, baseType: {innermost}, size: {size * 8}, "
                                  f"elements: !{{{ranges}}})")
        self._arrays[node] = innermost, counts
        return node

    def function_type(self) -> str:
        """`int (void *)`: a program, as far as a map of programs cares."""
        return self._metadata.add(f"!DISubroutineType(types: !{{{self.plain_int()}, {self.pointer(NULL)}}})")

    def anonymous_struct(self, members: Sequence[tuple[str, str]], held: str | None = None) -> str:
        """A struct without a name whose members are pointers: the form of a map definition.

        `held`: the element of an array `values` without a size at the end.
        """
        node = self._metadata.reserve()
        nodes = [self._member(node, name, type_, 64, position * 64)
                 for position, (name, type_) in enumerate(members)]
        size = len(nodes) * 8
        if held is not None:
            nodes.append(self._member(node, "values", self.array(held, 0, 0), 0, size * 8))
        self._define_struct(node, "structure", "", size, nodes)
        return node

    def member_index(self, struct: layout.StructType, field_index: int) -> int:
        """Where a field stands among the members that debug info has of a struct."""
        used = self._relocatable.get(struct)
        return field_index if used is None else used.index(field_index)

    def finish(self) -> None:
        """Define what waited for the whole module: pointers to structs, whole if anything needs them whole."""
        for struct, node in self._member_pointers.items():
            target = self._structs.get((struct, False))
            if target is None:
                tag = "union" if struct.is_union else "structure"
                named = "" if struct.is_typedef else f"name: {quoted(struct.name)}, "
                what = "elements: !{}" if struct.is_typedef else "flags: DIFlagFwdDecl"
                target = self._metadata.add(f"!DICompositeType(tag: DW_TAG_{tag}_type, {named}{what})")
                if struct.is_typedef:
                    target = self._typedef(struct.name, target)
            self._metadata.define(
                node, f"!DIDerivedType(tag: DW_TAG_pointer_type, baseType: {target}, size: 64)")

    def _basic(self, name: str, bits: int, encoding: str) -> str:
        return self._metadata.add(f'!DIBasicType(name: "{name}", size: {bits}, encoding: DW_ATE_{encoding})')

    def _typedef(self, name: str, target: str) -> str:
        return self._metadata.add(f'!DIDerivedType(tag: DW_TAG_typedef, name: "{name}", baseType: {target})')

    def c_integer(self, bits: int, signed: bool) -> str:
        """C's own integer type of a width: `unsigned int`, not `__u32`."""
        name, encoding = (_SIGNED if signed else _UNSIGNED)[bits]
        return self._basic(name, bits, encoding)

    def _integer(self, bits: int, signed: bool) -> str:
        return self._typedef(f"__{'s' if signed else 'u'}{bits}", self.c_integer(bits, signed))

    def _big_endian(self, bits: int) -> str:
        return self._typedef(f"__be{bits}", self._integer(bits, signed=False))

    def _enum(self, type_: layout.EnumType) -> str:
        signed = "" if type_.base.signed else ", isUnsigned: true"
        enumerators = [self._metadata.add(f"!DIEnumerator(name: {quoted(name)}, value: {int(member)}{signed})")
                       for name, member in type_.enum_class.__members__.items()]  # type: ignore[attr-defined]
        base = self.c_integer(type_.base.bits, type_.base.signed)
        return self._metadata.add(f"!DICompositeType(tag: DW_TAG_enumeration_type, name: {quoted(type_.name)}, "
                                  f"baseType: {base}, size: {type_.size * 8}, elements: !{{{', '.join(enumerators)}}})")

    def _tagged_pointer(self, struct: layout.StructType, tag: str) -> str:
        """A pointer that the kernel finds by its tag; it looks for its own struct of this name and kind, then for the
        program's."""
        word = "union" if struct.is_union else "structure"
        if struct.kernel:
            target = self._structs.get((struct, False)) or self._metadata.add(
                f"!DICompositeType(tag: DW_TAG_{word}_type, name: {quoted(struct.name)}, size: 0, elements: !{{}})")
        else:
            target = self._struct(struct)
        return self._metadata.add(f"!DIDerivedType(tag: DW_TAG_pointer_type, baseType: {target}, size: 64"
                                  f"{self._annotations('btf_type_tag', tag)})")

    def _layout_pointer(self, target: object) -> str:
        if isinstance(target, layout.StructType):
            return self._member_pointer(target)
        if isinstance(target, (layout.IntegerType, layout.EnumType, layout.StringType, layout.ArrayType,
                               layout.PointerType, layout.OpaqueType)):
            return self.pointer(self.of_layout(target))
        return self.pointer(NULL)

    def _member_pointer(self, struct: layout.StructType) -> str:
        node = self._member_pointers.get(struct)
        if node is None:
            node = self._member_pointers[struct] = self._metadata.reserve()
        return node

    def _add_whole(self, struct: layout.StructType) -> None:
        if struct not in self._whole:
            self._whole.add(struct)
            for part in filter(None, map(_innermost, struct.fields)):
                self._add_whole(part)

    def _struct(self, struct: layout.StructType, anonymous: bool = False) -> str:
        # A kernel's anonymous member is one node wherever it is met: LLVM follows a chain of accesses by identity. The
        # class written for one has a name, under which the program may use it elsewhere: these are two types.
        anonymous = anonymous or not struct.name
        known = self._structs.get((struct, anonymous))
        if known is not None:
            return known
        node = self._metadata.reserve()
        found = self._structs[struct, anonymous] = (
            self._typedef(struct.name, node) if struct.is_typedef and not anonymous else node)
        used = self._relocatable.get(struct)
        partial = not (struct.declared or struct in self._whole) and (
            used is not None or struct in self._partial_parts)
        fields = struct.fields if not partial else tuple(struct.fields[i] for i in used or ())
        if partial or struct.declared:
            self._partial_parts.update(part for part in map(_innermost, fields) if part is not None)
        functions = self._tables.get(struct, {})
        members = [self._function_member(node, field, functions[field.name]) if field.name in functions
                   else self._field(node, field) for field in fields]
        nameless = anonymous or struct.is_typedef
        self._define_struct(node, "union" if struct.is_union else "structure", "" if nameless else struct.name,
                            struct.size, members)
        return found

    def _function_member(self, struct: str, field: layout.Field, signature: Signature) -> str:
        """A pointer to a function with its prototype, as loaders want it where a program goes in."""
        return self._member(struct, field.name, self.pointer(self.kernel_prototype(signature)), 64, field.offset * 8)

    def _field(self, struct: str, field: layout.Field) -> str:
        if field.bits:
            extra = f", flags: DIFlagBitField, extraData: i64 {field.offset * 8}"
            return self._member(struct, field.name, self.of_layout(field.type), field.bits, field.bit_offset, extra)
        if not field.name and isinstance(field.type, layout.StructType):
            type_ = self._struct(field.type, anonymous=True)
        else:
            type_ = self.of_layout(field.type)
        extra = ""
        if isinstance(field.type, HeadType) and field.type.contains is not None:
            extra = self._annotations("btf_decl_tag", f"contains:{field.type.contains.name}:{field.type.node}")
            self.contained.setdefault(self._struct(field.type.contains))
        return self._member(struct, field.name, type_, field.type.size * 8, field.offset * 8, extra)

    def _annotations(self, kind: str, text: str) -> str:
        note = self._metadata.add(f'!{{!"{kind}", !{quoted(text)}}}')
        return f", annotations: {self._metadata.add(f'!{{{note}}}')}"

    def _context(self, type_: types.ContextType) -> str:
        known = self._contexts.get(type_.name)
        if known is not None:
            return known
        node = self._contexts[type_.name] = self._metadata.reserve()
        # Fields of a union are rows of their own; BTF wants members by ascending offset.
        members = [self._member(node, field.name, self._context_field(field.type, field.size), field.size * 8,
                                field.offset * 8)
                   for field in sorted(type_.row.fields, key=lambda field: field.offset)]
        self._define_struct(node, "structure", type_.name, type_.size, members)
        return node

    def _context_field(self, spelled: str, size: int) -> str:
        """A context field as UAPI declares it: `data` is `__u32` there, and a pointer only to the verifier."""
        if spelled.startswith("Array["):
            element, count = spelled[len("Array[") : -1].split(",")
            return self.array(self._context_field(element.strip(), size // int(count)), int(count), size)
        if spelled.startswith("packet"):
            return self.pointer(NULL) if size == 8 else self._integer(32, signed=False)
        try:
            scalar = types.named(spelled)
        except KeyError:
            if size == 8:
                return self.pointer(self._forward(spelled))
            return self.array(self._integer(8, signed=False), size, size)  # a struct in place, bpf_perf_event_data.regs
        if scalar.size == size:
            return self.of(scalar)
        return self._integer(size * 8, signed=False)  # protocol: be16 in a __u32

    def _forward(self, name: str) -> str:
        return self._metadata.add(
            f"!DICompositeType(tag: DW_TAG_structure_type, name: {quoted(name)}, flags: DIFlagFwdDecl)")

    def _opaque(self, name: str, size: int, align: int) -> str:
        """A kernel object in a map value: the kernel finds it by the struct's name and checks its size. A number that
        programs cannot reckon with is a number all the same: loaders compare kinds of types."""
        if "__int128" in name:
            return self._basic(name, size * 8, "unsigned" if "unsigned" in name else "signed")
        if name in _FLOATS:
            return self._basic(name, size * 8, "float")
        known = self._contexts.get(name)
        if known is not None:
            return known
        node = self._contexts[name] = self._metadata.reserve()
        element = self._integer(align * 8, signed=False)
        member = self._member(node, "__opaque", self.array(element, size // align, size), size * 8, 0)
        self._define_struct(node, "structure", name, size, [member])
        return node

    def _member(self, struct: str, name: str, type_: str, bits: int, bit_offset: int, extra: str = "") -> str:
        named = f"name: {quoted(name)}, " if name else ""
        return self._metadata.add(f"!DIDerivedType(tag: DW_TAG_member, {named}scope: {struct}, baseType: {type_}, "
                                  f"size: {bits}, offset: {bit_offset}{extra})")

    def _define_struct(self, node: str, tag: str, name: str, size: int, members: list[str]) -> None:
        named = f"name: {quoted(name)}, " if name else ""
        self._metadata.define(node, f"distinct !DICompositeType(tag: DW_TAG_{tag}_type, {named}size: {size * 8}, "
                                    f"elements: !{{{', '.join(members)}}})")


def _innermost(field: layout.Field) -> layout.StructType | None:
    """The struct that a field is, or is an array of."""
    type_ = field.type
    while isinstance(type_, layout.ArrayType):
        type_ = type_.element
    return type_ if isinstance(type_, layout.StructType) else None
