"""Fields and elements: which place `base.name` and `base[index]` denote."""

from __future__ import annotations

import ast
import difflib
import enum
from typing import TYPE_CHECKING, Any

from pybpfc_runtime import layout

from ... import kernel_btf
from ...maps import Map
from ...record import replace
from ...tables import contexts
from ...tables.rows import ContextField
from ..diagnostics.declarations import NoAttribute, NotAValue, UnsupportedKind
from ..diagnostics.types import (
    IndexOutOfRange,
    NotAReference,
    UnknownField,
    UntrustedRead,
)
from ..tree import (
    AddressOf,
    ContextPlace,
    ElementPlace,
    Expression,
    FieldPlace,
    IntegerConstant,
    Place,
    PointeePlace,
)
from ..types import (
    CONTEXTS,
    PACKET_END,
    PACKET_POINTER,
    U32,
    U64,
    ArrayType,
    ContextType,
    KptrType,
    Reference,
    Space,
    StringType,
    StructType,
    Type,
    from_layout,
    has_no_name,
    is_scalar,
    named,
)
from . import kernel
from .conversions import (
    coerce,
    describe,
    error_at,
    is_error,
    not_none,
    text_of,
)
from .function import FunctionChecker, Static

if TYPE_CHECKING:
    pass


def static_attribute(c: FunctionChecker, base: Static, name: str, node: ast.AST) -> Expression | Static:
    """`net.ETH_P_IP`, `Verdict.DENY`: Python's own attribute lookup on an object of the module."""
    span = c.span(node)
    if isinstance(base.value, Map) and name in base.value.kind.methods:
        c.report(NotAValue(span, f"{base.text}.{name}", "a method of a map", "call it"))
        return error_at(span)
    try:
        found = getattr(base.value, name)
    except AttributeError:
        near = difflib.get_close_matches(name, dir(base.value), 1)
        c.report(NoAttribute(span, f"`{base.text}`", "attribute", name,
                             f"did you mean `{near[0]}`?" if near else _attributes_of(base.value)))
        return error_at(span)
    if isinstance(base.value, enum.Enum) and name == "value":
        found = base.value.value
    return Static(found, span, f"{base.text}.{name}")


def _attributes_of(found: Any) -> str:
    """What an object of the module has instead, as far as a message can say it."""
    if isinstance(found, Map):
        methods = ", ".join(sorted(found.kind.methods | ({"get"} & found.kind.operators))) or "no methods"
        return f"{found.kind.class_name} has {methods}; user space can do more with it"
    if isinstance(found, type) and issubclass(found, enum.Enum):
        return f"it has {', '.join(member.name for member in list(found)[:12])}"
    return "look at its definition"


def _other_field(struct: StructType, name: str, known: list[str]) -> str:
    """The way out for a field that a struct lacks."""
    if struct.layout.kernel and not struct.layout.declared:
        other = getattr(kernel_btf.in_snapshot(struct.name), "__pybpfc_type__", None)
        if isinstance(other, layout.StructType) and find_field(StructType(other), name) is not None:
            return f"{kernel_btf.current().source} lacks it, other kernels have it: take the types that ship with " \
                f"the compiler by `--btf snapshot`, or declare it: `class {struct.name}(KernelStruct): {name}: ...`"
    if not known:
        return f"the kernel's types have its name and nothing of what is in it: declare it, `class {struct.name}" \
            f"(KernelStruct): {name}: ...`"
    near = difflib.get_close_matches(name, known, 1)
    return f"did you mean `{near[0]}`?" if near else _listed(known)


def _listed(known: list[str]) -> str:
    shown = 16
    return f"it has {', '.join(known[:shown])}{', ...' if len(known) > shown else ''}"


def attribute_place(c: FunctionChecker, base: Expression, node: ast.Attribute, *, probed: bool = False) -> Place | None:
    """The place that `base.name` denotes; None where it was reported. `probed`: it is read by a probe."""
    span, name = c.span(node), node.attr
    if is_error(base):
        return None
    type_ = base.type
    if isinstance(type_, Reference):
        if isinstance(type_.target, StructType):
            path = find_field(type_.target, name)
            if path is None:
                known = [f.attribute for f in all_fields(type_.target)]
                c.report(UnknownField(span, str(type_.target), name, ", ".join(known),
                                      _other_field(type_.target, name, known)))
                return None
            base = not_none(c, base)
            if is_error(base):
                return None
            if type_.space in (Space.PER_CPU, Space.KERNEL_PER_CPU):
                c.report(NotAReference(span, text_of(base), type_.space.value,
                                       "`bpf_this_cpu_ptr` gives this CPU's copy, `bpf_per_cpu_ptr` that of another"))
                return None
            if has_no_name(type_.target) and not _is_part(base):
                c.report(UnsupportedKind(span, "a field of a kernel struct without a name, by itself",
                                         "write the whole chain, beginning at a struct with a name: that is what the "
                                         "target kernel is asked for. Behind a pointer no chain leads to it; "
                                         "`cast(T, ...)` sees it as a `Struct` of the program's own"))
                return None
            if type_.target.layout.kernel and not probed and not kernel.may_follow(c, base, span.text):
                return None
            if type_.target.layout.kernel or type_.space in (Space.UNTRUSTED, Space.USER):
                return FieldPlace(kernel.member_type(type_.target, path, type_.space), span, base, type_.target, path)
            return FieldPlace(field_type(type_.target, path), span, base, type_.target, path)
        if isinstance(type_.target, ContextType):
            for field in type_.target.row.fields:
                if field.name == name and field.readable:
                    base = not_none(c, base)
                    if is_error(base):
                        return None
                    return ContextPlace(_context_field_type(c, field), span, base, field)
                if field.name == name:
                    c.report(UnknownField(span, str(type_.target), name, ", ".join(
                        f.name for f in type_.target.row.fields if f.readable),
                        "the field exists, but the kernel does not let this kind of program read it"))
                    return None
            known = [f.name for f in type_.target.row.fields if f.readable]
            near = difflib.get_close_matches(name, known, 1)
            c.report(UnknownField(span, str(type_.target), name, ", ".join(known),
                                  f"did you mean `{near[0]}`?" if near else _listed(known)))
            return None
        if is_scalar(type_.target) and name == "value" and type_.space is Space.KERNEL_PER_CPU:
            c.report(NotAReference(span, text_of(base), type_.space.value,
                                   "`bpf_this_cpu_ptr` gives this CPU's copy, `bpf_per_cpu_ptr` that of another"))
            return None
        if is_scalar(type_.target) and name == "value":
            base = not_none(c, base)
            return None if is_error(base) else PointeePlace(type_.target, span, base)
        if is_scalar(type_.target):
            c.report(NoAttribute(span, f"`{text_of(base)}`, a `{type_}`,", "attribute", name,
                                 "a scalar behind a pointer is read and written as `.value`"))
            return None
    way_out = "only structs have fields"
    if isinstance(type_, Reference) and isinstance(type_.target, KptrType):
        way_out = "assign it to a variable and test that for None"
    elif type_ == U64:
        way_out += f"; an address is seen as one by `cast(T, {text_of(base)})`, in user memory by `cast_user`"
    c.report(NoAttribute(span, f"`{text_of(base)}`, {describe(base)},", "attribute", name, way_out))
    return None


def _is_part(base: Expression) -> bool:
    """Whether a struct is reached through the one that it is in."""
    place = base.place if isinstance(base, AddressOf) else None
    return _is_part(place.base) if isinstance(place, ElementPlace) else isinstance(place, FieldPlace)


def _has_own_layout(base: Expression) -> bool:
    """Whether an array is in a struct of the program, whose layout is known here."""
    place = base.place if isinstance(base, AddressOf) else None
    if isinstance(place, ElementPlace):
        return _has_own_layout(place.base)
    return isinstance(place, FieldPlace) and not place.struct.layout.kernel


def _context_field_type(c: FunctionChecker, field: ContextField) -> Type:
    if field.type in ("packet", "packet_meta"):
        return PACKET_POINTER
    if field.type == "packet_end":
        return PACKET_END
    if field.type.startswith("Array["):
        element, _, count = field.type[6:-1].partition(",")
        return ArrayType(named(element.strip()), int(count))
    try:
        return named(field.type)
    except KeyError:
        pass
    try:
        struct = contexts.behind_pointer(field.type)
    except KeyError:
        found = kernel.struct_named(c, field.type)
        return U64 if found is None else Reference(found, Space.TRUSTED, field.nullable)
    # One that is part of this context lies behind the same pointer.
    start = field.offset if struct.size == field.size else 0
    inner = tuple(replace(item, offset=start + item.offset) for item in struct.fields)
    return Reference(ContextType(replace(struct, fields=inner)), Space.CONTEXT, field.nullable)


def find_field(struct: StructType, attribute: str) -> tuple[int, ...] | None:
    """The path to a field by its Python name, through anonymous members."""
    for index, field in enumerate(struct.layout.fields):
        if field.attribute == attribute:
            return (index,)
    for index, field in enumerate(struct.layout.fields):
        if not field.attribute:
            inner = from_layout(field.type)
            assert isinstance(inner, StructType)
            below = find_field(inner, attribute)
            if below is not None:
                return (index, *below)
    return None


def all_fields(struct: StructType) -> list[Any]:
    """The named fields of a struct, those of anonymous members included."""
    found = []
    for field in struct.layout.fields:
        if field.attribute:
            found.append(field)
        else:
            inner = from_layout(field.type)
            assert isinstance(inner, StructType)
            found.extend(all_fields(inner))
    return found


def field_type(struct: StructType, path: tuple[int, ...]) -> Type:
    type_: Type = struct
    for index in path:
        assert isinstance(type_, StructType)
        type_ = from_layout(type_.layout.fields[index].type)
    return type_


def element_place(c: FunctionChecker, base: Expression, node: ast.Subscript, *, probed: bool = False) -> Place | None:
    """The place that `base[index]` denotes; None where it was reported. `probed`: it is read by a probe."""
    from .expressions import integer

    span = c.span(node)
    if is_error(base):
        return None
    type_ = base.type
    array = type_.target if isinstance(type_, Reference) else None
    if not isinstance(array, (ArrayType, StringType)):
        c.report(NotAReference(span, text_of(base), describe(base), "only arrays and Str are indexed"))
        return None
    index = integer(c, node.slice)
    if is_error(index):
        return None
    element = kernel.element_type(base, array)
    flexible = not array.count and isinstance(type_, Reference) and type_.space in kernel.MEMORY
    if isinstance(index, IntegerConstant):
        if not (0 <= index.value < array.count or (flexible and index.value >= 0)):
            c.report(IndexOutOfRange(c.span(node.slice), index.value, array.count,
                                     "a negative index does not count from the end here" if index.value < 0
                                     else f"the last element is {array.count - 1}"))
            return None
        index = IntegerConstant(U32, index.span, index.value)
        if flexible and not probed and isinstance(type_, Reference) and type_.space in kernel.LOADED \
                and not isinstance(element, StructType):
            c.report(UntrustedRead(span, text_of(base), "a flexible array in a kernel object",
                                   kernel.probe_read_of(type_, span.text), "its elements are no structs",
                                   "of flexible arrays the verifier takes loads only where the elements are structs"))
            return None
    elif isinstance(type_, Reference) and type_.space is Space.OBJECT:
        c.report(UnsupportedKind(span, "a variable index into an object of the program",
                                 "index it with a constant: the verifier must know which field is meant"))
        return None
    elif not probed and isinstance(type_, Reference) and type_.space in kernel.LOADED:
        chain = f"{span.text}.field" if isinstance(element, StructType) else span.text
        c.report(UntrustedRead(span, text_of(base), "an array in a kernel object",
                               kernel.probe_read_of(type_, chain), "the index is known when the program runs",
                               "the verifier takes loads from a kernel object at constant offsets only"))
        return None
    elif isinstance(type_, Reference) and type_.space in CONTEXTS and not probed and _has_own_layout(base):
        c.report(UnsupportedKind(span, "a variable index into the context",
                                 f"copy the array first, as in `values = copy({text_of(base)})`: the verifier takes "
                                 "accesses to a context at constant offsets only"))
        return None
    elif isinstance(type_, Reference) and type_.space is Space.PACKET and not c.knows_packet_end():
        c.report(UnsupportedKind(span, "a variable index into the packet in a function without the context",
                                 "give the function `ctx` too, or make it `@inline`: the element is compared with the "
                                 "packet's end"))
        return None
    if isinstance(base, AddressOf) and isinstance(base.place, ContextPlace):
        if not isinstance(index, IntegerConstant):
            c.report(NotAReference(span, text_of(base), describe(base),
                                   "a context array takes constant indexes only: the kernel rewrites each access"))
            return None
        return ContextPlace(element, span, base.place.base, base.place.field, index.value)
    if flexible and not isinstance(index, IntegerConstant):
        index = coerce(c, index, U64)  # how many elements there are is not known, only that none is before the first
    base = not_none(c, base)
    return None if is_error(base) or is_error(index) else ElementPlace(element, span, base, index, array.count)
