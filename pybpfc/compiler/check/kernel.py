"""Kernel memory: field reads by address space, and probe reads of chains that the verifier does not trust.

A trusted pointer is followed by plain loads whose offsets are relocated at load time (CO-RE). An untrusted one is
read with `core_read(a.b.c)`: one probe read for each pointer that the chain follows, each offset relocated too.
"""

from __future__ import annotations

import ast
import enum
import types as python_types
from typing import Any

from pybpfc_runtime import layout
from pybpfc_runtime.values import DeclarationError, value_type

from ...kernel_types import KernelEnumType
from ...tables.rcu_members import NEVER_NULL
from ...tables.rows import Argument
from ..diagnostics.types import NotAReference, TypeMismatch, UntrustedRead
from ..ir.module import FieldFact, TypeFact
from ..source import Span
from ..tree import (
    AddressOf,
    CallHelper,
    Cast,
    Comparison,
    Conditional,
    ElementPlace,
    EnumQuery,
    Expression,
    FieldPlace,
    FieldQuery,
    IntegerConstant,
    KernelBits,
    Place,
    PointeePlace,
    PointerFromNumber,
    ProbeRead,
    Read,
    TypeQuery,
    Walrus,
)
from ..types import (
    BOOL,
    CONTEXTS,
    S64,
    U8,
    U32,
    U64,
    ArrayType,
    OpaqueType,
    Reference,
    Space,
    StringType,
    StructType,
    Type,
    from_layout,
    is_aggregate,
    is_scalar,
    kernel_object,
)
from . import arenas
from .conversions import describe, error_at, is_error, not_none, text_of
from .function import FunctionChecker, Static

# Kernel memory whose pointers the verifier trusts.
_TRUSTED = (Space.TRUSTED, Space.CONTEXT)
# Kernel memory that plain loads reach.
LOADED = (Space.TRUSTED, Space.READABLE)
# Memory whose layout may belong to the kernel.
MEMORY = (Space.TRUSTED, Space.READABLE, Space.UNTRUSTED, Space.USER)


def pointer_type(described: layout.PointerType, space: Space) -> Type:
    """The type of a pointer member: a struct is reached with the trust that the chain had so far.

    Where the kernel's BTF has its type tags: `__user` is user memory, `__percpu` no address but stands for the copies
    of all CPUs, and what is `__rcu` may be None to the verifier, which a probe read does not mind.
    """
    target = described.target
    if target is None:
        return U64  # `void *` and function pointers are numbers
    pointed = from_layout(target)
    if described.tag == "user":
        return Reference(pointed, Space.USER)
    if described.tag == "percpu" and space is not Space.USER:
        return Reference(pointed, Space.KERNEL_PER_CPU)
    if isinstance(pointed, StructType):
        trusted = space in _TRUSTED
        return Reference(pointed, Space.TRUSTED if trusted else space, trusted and described.tag == "rcu")
    return Reference(pointed, Space.USER if space is Space.USER else Space.UNTRUSTED)


def member_type(struct: StructType, path: tuple[int, ...], space: Space) -> Type:
    """The type of a field of a kernel struct."""
    type_: Type = struct
    member: layout.Field | None = None
    for index in path:
        assert isinstance(type_, StructType)
        member = type_.layout.fields[index]
        type_ = from_layout(member.type)
    assert member is not None
    if not isinstance(member.type, layout.PointerType):
        return type_
    pointer = pointer_type(member.type, space)
    if isinstance(pointer, Reference) and (struct.name, member.name) in NEVER_NULL:
        return pointer.non_null()
    if space is Space.CONTEXT and struct.name.startswith("bpf_iter__") and member.name != "meta" \
            and isinstance(pointer, Reference):
        return pointer.or_none()  # an iterator calls once more behind the last object, with NULL
    return pointer


def element_type(base: Expression, array: ArrayType | StringType) -> Type:
    """The type of an array's elements; pointers in an array of a kernel struct may be followed."""
    if isinstance(array, StringType):
        return U8
    described = _declared_array(base)
    if described is not None and isinstance(described.element, layout.PointerType):
        assert isinstance(base.type, Reference)
        return pointer_type(described.element, base.type.space)
    return array.element


def _declared_array(base: Expression) -> layout.ArrayType | None:
    """An array in a kernel struct, or a row of one, as the struct declares it."""
    if not isinstance(base, AddressOf):
        return None
    described: layout.AnyType | None = None
    if isinstance(base.place, FieldPlace) and base.place.struct.layout.kernel:
        described = field_layout(base.place).type
    elif isinstance(base.place, ElementPlace):
        outer = _declared_array(base.place.base)
        described = outer.element if outer is not None else None
    return described if isinstance(described, layout.ArrayType) else None


def field_layout(place: FieldPlace) -> layout.Field:
    """The field that a place names, as the struct's layout has it."""
    struct = place.struct.layout
    for index in place.path[:-1]:
        inner = struct.fields[index].type
        assert isinstance(inner, layout.StructType)
        struct = inner
    return struct.fields[place.path[-1]]


def may_follow(c: FunctionChecker, base: Expression, text: str) -> bool:
    """Whether a bare read through `base` is possible; says to use core_read if not."""
    type_ = base.type
    assert isinstance(type_, Reference)
    if type_.space not in (Space.UNTRUSTED, Space.USER):
        return True
    c.report(UntrustedRead(base.span, text_of(base), type_.space.value, probe_read_of(type_, text)))
    return False


def probe_read_of(type_: Reference, text: str) -> str:
    """The source of a probe read of what `text` means."""
    return f"{'core_read_user' if type_.space is Space.USER else 'core_read'}({text})"


def source_of(found: Expression) -> str:
    """The source of a value, with the probe by which it is read."""
    text = text_of(found)
    if not isinstance(found, ProbeRead):
        return text
    return f"{'core_read_user' if found.helper.name == 'bpf_probe_read_user' else 'core_read'}({text})"


def plainly_read(c: FunctionChecker, found: Expression) -> Expression:
    """A reference to what is read whole, by plain loads or by a helper that takes memory of the program."""
    text = text_of(found)
    if is_error(found) or (of_known_layout(c, found) and may_follow(c, found, text)
                           and at_constant_offset(c, found, text) and without_objects(c, found)):
        return found
    return error_at(found.span)


def is_whole(type_: Type) -> bool:
    """Whether a type has the layout of the target kernel: a struct of its, or an array of those."""
    while isinstance(type_, ArrayType):
        type_ = type_.element
    return isinstance(type_, StructType) and type_.layout.kernel


def of_known_layout(c: FunctionChecker, found: Expression, way_out: str = "read its fields one by one",
                    span: Span | None = None) -> bool:
    """Whether memory that is taken whole is no struct of the kernel, whose size belongs to the target; reports it."""
    if not isinstance(found.type, Reference) or not is_whole(found.type.target):
        return True
    c.report(NotAReference(span or found.span, text_of(found), _whole(found.type.target), way_out))
    return False


def _whole(type_: Type) -> str:
    name = f"a whole `{type_}`" if str(type_) else "a whole struct or union without a name"
    return f"{name}, whose layout belongs to the target kernel"


def without_objects(c: FunctionChecker, found: Expression) -> bool:
    """Whether memory that is read whole holds no object of the kernel's; reports if it does.

    A new struct on the stack has bytes alone, of which a map takes all but the object's.
    """
    if not isinstance(found.type, Reference):
        return True
    target = found.type.target
    kept = kernel_object(target)
    if kept is None or (found.type.space is Space.STACK and target != kept):
        return True
    if target == kept:
        what, way_out = f"a `{kept}`", "it stays where it is: helpers and kernel functions take it by name"
    else:
        what = f"a `{target}` with a `{kept}` in it"
        way_out = f"name the fields that are wanted, as in `{target}.zero(field={text_of(found)}.field)`"
    c.report(NotAReference(found.span, text_of(found), f"{what}, which no load may touch", way_out))
    return False


def at_constant_offset(c: FunctionChecker, found: Expression, text: str) -> bool:
    """Whether loads from a reference have constant offsets, as the verifier wants them from a context.

    An array in a context whose layout is the target kernel's starts at an offset that a register holds: says what to
    write instead.
    """
    if not isinstance(found, AddressOf) or not isinstance(found.place, FieldPlace) \
            or not found.place.struct.layout.kernel or not isinstance(found.type, Reference) \
            or found.type.space is not Space.CONTEXT:
        return True
    c.report(UntrustedRead(found.span, text, "an array in the context", probe_read_of(found.type, text),
                           "its offset is the target kernel's",
                           "the verifier takes loads from a context at constant offsets only"))
    return False


def part_of_context(found: Expression) -> Expression | None:
    """What an expression refers to inside of a context, behind its start; None where it does not."""
    if isinstance(found, Conditional):
        return part_of_context(found.then) or part_of_context(found.otherwise)
    if isinstance(found, Walrus):
        return part_of_context(found.value)
    inside = isinstance(found, AddressOf) and isinstance(found.place, (FieldPlace, ElementPlace))
    return found if inside and isinstance(found.type, Reference) and found.type.space in CONTEXTS else None


def kept_apart(c: FunctionChecker, found: Expression) -> bool:
    """Whether a reference may be kept, passed or returned; reports one to a part of the context.

    It would be an address in a register of its own, and the verifier takes accesses to a context at constant offsets
    from its start alone.
    """
    part = part_of_context(found)
    if part is None:
        return True
    c.report(NotAReference(part.span, text_of(part), "a part of the context, which has no address of its own",
                           f"use it where it is, or take a copy: `copy({text_of(part)})`; a variable may name it "
                           "that names nothing else"))
    return False


def core_read(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    """`core_read(a.b.c)`: the value at the end of a chain."""
    from .calls import positional

    span = c.span(node)
    if not positional(c, node, name, 1):
        return error_at(span)
    user = name == "core_read_user"
    found = _value(c, node.args[0], user, last=True)
    if isinstance(node.args[0], (ast.Attribute, ast.Subscript)):
        return found
    found = not_none(c, found)
    type_ = found.type
    if is_error(found) or not isinstance(type_, Reference) or type_.space not in (Space.UNTRUSTED, Space.USER):
        return found
    text = text_of(found)
    if is_aggregate(type_.target) and not is_whole(type_.target):
        helper = c.module.helper("bpf_probe_read_user" if user or type_.space is Space.USER else
                                 "bpf_probe_read_kernel")
        return ProbeRead(Reference(type_.target, Space.STACK), span, found, helper, type_.target)
    way_out = f"read what it leads to: `{name}({text}.value)`" if is_scalar(type_.target) else \
        f"read the fields one by one: `{name}({text}.field)`"
    c.report(NotAReference(span, text, f"a pointer to `{type_.target}`", way_out))
    return error_at(span)


def core_read_str(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    """`core_read_str(destination, chain)`: text at the end of a chain, to a buffer of the program."""
    from .calls import positional
    from .expressions import value

    span = c.span(node)
    if not positional(c, node, name, 2):
        return error_at(span)
    target = not_none(c, value(c, node.args[0]))
    source = _text_address(c, node.args[1])
    if is_error(target) or source is None:
        return error_at(span)
    if not isinstance(target.type, Reference) or not isinstance(target.type.target, (StringType, ArrayType)):
        c.report(TypeMismatch(target.span, "a Str or array of bytes", describe(target), "pass a Str field"))
        return error_at(span)
    user = isinstance(source.type, Reference) and source.type.space is Space.USER
    helper = c.module.helper("bpf_probe_read_user_str" if user else "bpf_probe_read_kernel_str")
    size = IntegerConstant(U32, span, target.type.target.size)
    return CallHelper(S64, span, helper, (target, size, source))


def _text_address(c: FunctionChecker, node: ast.expr) -> Expression | None:
    """Where the text of a chain starts: a char array's address, or the pointer that the chain ends with."""
    found = _value(c, node, False, last=False)
    if is_error(found):
        return None
    type_ = found.type
    if isinstance(type_, Reference) and (isinstance(type_.target, (StringType, ArrayType)) or is_scalar(type_.target)):
        return found
    c.report(TypeMismatch(found.span, "a string in the kernel", describe(found),
                          "the chain must end with a `char *` or a char array"))
    return None


def _value(c: FunctionChecker, node: ast.expr, user: bool, *, last: bool, asked: bool = False) -> Expression:
    """The value of a chain; an embedded struct or array that is not the end is not read but referred to.

    `asked`: only facts about its types are wanted. Nothing is read, and a type may stand where the chain begins.
    """
    from .expressions import check, to_value

    span = c.span(node)
    if asked and (struct := _struct_written(c, node)) is not None:
        return _nowhere(Reference(struct, Space.UNTRUSTED), span)
    if not isinstance(node, (ast.Attribute, ast.Subscript)):
        found = check(c, node)
        return to_value(c, found) if isinstance(found, Static) else found
    base = check_static(c, node, asked)
    if base is not None:
        return base
    place = _place(c, node, user, asked)
    if place is None:
        return error_at(span)
    type_ = place.type
    assert isinstance(place, (FieldPlace, ElementPlace, PointeePlace)) and isinstance(place.base.type, Reference)
    space = place.base.type.space
    if isinstance(type_, Reference) and space is Space.TRUSTED:
        type_ = type_.non_null()  # a probe reads 0 behind NULL
    if is_aggregate(type_) and not last:
        return AddressOf(Reference(type_, space), span, place)
    # The kernel's objects are no user memory: of a chain that begins in one, the last pointer leads there.
    within = user and space in (*LOADED, Space.CONTEXT)
    if within and last and not _behind_pointer(place.base):
        text = text_of(AddressOf(Reference(type_, space), span, place))
        c.report(NotAReference(span, text, f"in {'the context' if space is Space.CONTEXT else space.value}, not in "
                               "user memory", f"read it as it is: `{text}`"))
        return error_at(span)
    if within and last and isinstance(type_, Reference):
        type_ = Reference(type_.target, Space.USER)
    user = user and (last or not within)
    if asked and isinstance(type_, Reference):
        return _nowhere(type_, span)
    if is_whole(type_):
        c.report(NotAReference(span, text_of(AddressOf(Reference(type_, space), span, place)), _whole(type_),
                               "read its fields one by one"))
        return error_at(span)
    if isinstance(type_, OpaqueType) and last:
        c.report(NotAReference(span, ast.unparse(node), f"a `{type_}`, which is no number for programs",
                               f"ask `field_exists({ast.unparse(node)})` or `field_size({ast.unparse(node)})`, or read "
                               "other members for it"))
        return error_at(span)
    if isinstance(place, FieldPlace) and bit_field(place):
        user_read = user or space is Space.USER
        return KernelBits(type_, span, place, c.module.helper(
            "bpf_probe_read_user" if user_read else "bpf_probe_read_kernel"))
    address = AddressOf(Reference(type_, space), span, place)
    helper = c.module.helper("bpf_probe_read_user" if user or space is Space.USER else "bpf_probe_read_kernel")
    result: Type = Reference(type_, Space.STACK) if is_aggregate(type_) else type_
    if isinstance(result, Reference) and result.space in LOADED and not (within and not last):
        result = Reference(result.target, Space.UNTRUSTED)  # what a probe read brings is not trusted any more
    return ProbeRead(result, span, address, helper, type_)


def _behind_pointer(base: Expression) -> bool:
    """Whether a chain has followed a pointer by now, rather than named parts of what it began with."""
    while isinstance(base, AddressOf) and isinstance(base.place, (FieldPlace, ElementPlace, PointeePlace)):
        base = base.place.base
    return isinstance(base, ProbeRead)


def _nowhere(pointer: Reference, span: Span) -> Expression:
    """A pointer that is never followed."""
    return PointerFromNumber(pointer, span, IntegerConstant(U64, span, 0))


def _kernel_struct(found: Any) -> StructType | None:
    """The struct that a class of the module describes, if its layout belongs to the kernel."""
    described = vars(found).get("__pybpfc_type__") if isinstance(found, type) else None
    return StructType(described) if isinstance(described, layout.StructType) and described.kernel else None


def _struct_written(c: FunctionChecker, node: ast.expr) -> StructType | None:
    """The kernel struct that an expression names, `task_struct` or `vmlinux.task_struct`, rather than a value."""
    if isinstance(node, ast.Name):
        return None if node.id in c.local_names else _kernel_struct(c.resolve(node.id))
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not names or not isinstance(node, ast.Name) or node.id in c.local_names:
        return None
    found = c.resolve(node.id)
    for name in reversed(names):
        if not isinstance(found, python_types.ModuleType):
            return None
        try:
            found = getattr(found, name)
        except (AttributeError, DeclarationError):
            return None
    return _kernel_struct(found)


def check_static(c: FunctionChecker, node: ast.Attribute | ast.Subscript, asked: bool = False) -> Expression | None:
    """A chain that starts at an object of the module is no chain in kernel memory; `asked` as in `_value`."""
    from ...externs import ExternVariable
    from .expressions import value

    root: ast.expr = node
    while isinstance(root, (ast.Attribute, ast.Subscript)):
        if asked and _struct_written(c, root) is not None:
            return None
        root = root.value
    if isinstance(root, ast.Name) and root.id not in c.local_names \
            and not isinstance(c.resolve(root.id), ExternVariable) \
            and not (asked and _struct_written(c, root) is not None):
        return value(c, node)
    return None


def _place(c: FunctionChecker, node: ast.Attribute | ast.Subscript, user: bool, asked: bool = False) -> Place | None:
    """The memory that the last link of a chain names; every link before it has been read, unless `asked`."""
    from .places import attribute_place, element_place

    base = _value(c, node.value, user, last=False, asked=asked)
    if is_error(base):
        return None
    base = not_none(c, base)
    if isinstance(node, ast.Subscript):
        return element_place(c, base, node, probed=True)
    return attribute_place(c, base, node, probed=True)


def bit_field(place: FieldPlace) -> bool:
    return field_layout(place).bits != 0


def cast(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    """`cast(T, x)` and `cast_user(T, x)`: an integer as an untrusted pointer, a pointer seen as another struct."""
    from ..tree import Reinterpret
    from .calls import positional, type_argument
    from .expressions import value

    span = c.span(node)
    if not positional(c, node, name, 2):
        return error_at(span)
    target = type_argument(c, node.args[0])
    found = value(c, node.args[1])
    if target is None or is_error(found):
        return error_at(span)
    if isinstance(found.type, Reference):
        if found.type.space is Space.ARENA and not arenas.can_hold(c, target, node.args[0]):
            return error_at(span)
        space = Space.USER if name == "cast_user" else found.type.space
        return Reinterpret(Reference(target, space, found.type.nullable), span, found)
    from .conversions import coerce

    number = coerce(c, found, U64)
    if is_error(number):
        return error_at(span)
    if name == "cast" and _is_entry(found):
        return PointerFromNumber(Reference(target, Space.MEMORY, True), span, number)
    space = Space.USER if name == "cast_user" else Space.UNTRUSTED
    return PointerFromNumber(Reference(target, space), span, number)


# What iterators hand over as `void *` is memory that the verifier knows the size of (PTR_TO_BUF), or None: members of
# their contexts with a bpf_ctx_arg_aux in kernel/bpf/map_iter.c, net/core/bpf_sk_storage.c and net/core/sock_map.c.
_ENTRIES = {"bpf_iter__bpf_map_elem": ("key", "value"), "bpf_iter__bpf_sk_storage_map": ("value",),
            "bpf_iter__sockmap": ("key",)}


def _is_entry(found: Expression) -> bool:
    """Whether something is the key or value of a map that an iterator walks over."""
    if not isinstance(found, Read) or not isinstance(found.place, FieldPlace):
        return False
    place = found.place
    return isinstance(place.base.type, Reference) and place.base.type.space is Space.CONTEXT \
        and field_layout(place).name in _ENTRIES.get(place.struct.name, ())


def struct_named(c: FunctionChecker, name: str) -> StructType | None:
    """The kernel struct of a helper's argument or result: the program's own class of that name, else the kernel's."""
    for found in c.declaration.declared.function.__globals__.values():
        described = vars(found).get("__pybpfc_type__") if isinstance(found, type) else None
        if isinstance(described, layout.StructType) and described.kernel and described.name == name:
            type_ = from_layout(described)
            return type_ if isinstance(type_, StructType) else None
    from ... import vmlinux

    try:
        found_class: Any = getattr(vmlinux, name)
    except (AttributeError, ImportError):
        return None
    type_ = from_layout(found_class.__pybpfc_type__)
    return type_ if isinstance(type_, StructType) else None


def field_query(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    """`field_exists(a.b)` and `field_size(a.b)`: what the target kernel says of the last field, or of one element of an
    array. Nothing is read."""
    from .calls import positional

    span = c.span(node)
    if not positional(c, node, name, 1):
        return error_at(span)
    chain = node.args[0]
    if not isinstance(chain, (ast.Attribute, ast.Subscript)) or _struct_written(c, chain) is not None:
        c.report(NotAReference(span, ast.unparse(chain), "no field",
                               f"write `{name}(pointer.field)` or `{name}(type.field)`"))
        return error_at(span)
    place = _place(c, chain, False, asked=True)
    if place is None:
        return error_at(span)
    indexes, field = _element_of(place)
    if field is None or not field.struct.layout.kernel:
        c.report(NotAReference(span, ast.unparse(chain), "a field whose layout is known here",
                               "only kernel structs differ between kernels; `sizeof` is the size of others"))
        return error_at(span)
    assert isinstance(place, (FieldPlace, ElementPlace))
    for index in indexes:
        if not isinstance(index, IntegerConstant):
            c.report(NotAReference(index.span, text_of(index), "an index that is known when the program runs",
                                   f"`{name}` is answered when it is loaded: ask about an element with a constant "
                                   "index"))
            return error_at(span)
    query = FieldQuery(U32, span, FieldFact.EXISTS if name == "field_exists" else FieldFact.BYTE_SIZE, place)
    return _as_bool(query) if name == "field_exists" else query


def _element_of(place: Place) -> tuple[list[Expression], FieldPlace | None]:
    """The indexes of an element of an array, or of the rows of one, and the field that the array is."""
    indexes: list[Expression] = []
    while isinstance(place, ElementPlace):
        indexes.append(place.index)
        if not isinstance(place.base, AddressOf):
            return indexes, None
        place = place.base.place
    return indexes, place if isinstance(place, FieldPlace) else None


_TYPE_FACTS = {"type_exists": TypeFact.EXISTS, "type_size": TypeFact.SIZE, "type_matches": TypeFact.MATCHES,
               "type_id_kernel": TypeFact.KERNEL_ID, "type_id_local": TypeFact.LOCAL_ID}


def type_query(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    """`type_exists(T)`, `type_size(T)`, `type_matches(T)`, `type_id_kernel(T)`, `type_id_local(T)`."""
    from .calls import layout_argument, positional

    span = c.span(node)
    if not positional(c, node, name, 1):
        return error_at(span)
    subject = layout_argument(c, node.args[0])
    if subject is None:
        return error_at(span)
    if not isinstance(subject, layout.EnumType) and not (isinstance(subject, layout.StructType) and subject.kernel):
        c.report(NotAReference(span, str(from_layout(subject)), "no kernel type",
                               "`sizeof` is the size of the program's own types"))
        return error_at(span)
    if isinstance(subject, KernelEnumType) and subject.nameless:
        c.report(_nameless_enum(span, ast.unparse(node.args[0]), "ask for something else that came with it"))
        return error_at(span)
    fact = _TYPE_FACTS[name]
    identity = fact in (TypeFact.LOCAL_ID, TypeFact.KERNEL_ID)
    query = TypeQuery(U64 if identity else U32, span, fact, subject)
    if identity:
        return Cast(U32, span, query)
    return query if fact is TypeFact.SIZE else _as_bool(query)


def type_number(c: FunctionChecker, argument: Argument, node: ast.expr) -> Expression | None:
    """A struct of the kernel, as its number in the BTF of the kernel that the program is loaded into."""
    from .calls import layout_argument

    found = layout_argument(c, node)
    if found is None:
        return None
    if not isinstance(found, layout.StructType) or not found.kernel or not found.name:
        c.report(NotAReference(c.span(node), ast.unparse(node), "no struct of the kernel",
                               f"`{argument.name}` is the class of one, as in `bpf_rdonly_cast(p, task_struct)`"))
        return None
    return TypeQuery(U64, c.span(node), TypeFact.KERNEL_ID, found)


def readable(number: Expression) -> Reference:
    """A pointer to the struct of a number that `type_number` gave."""
    assert isinstance(number, TypeQuery)
    return Reference(from_layout(number.subject), Space.READABLE)


def enum_query(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    """`enum_value_exists(E.MEMBER)` and `enum_value(E.MEMBER)`."""
    from .calls import positional
    from .expressions import check, kind_of

    span = c.span(node)
    if not positional(c, node, name, 1):
        return error_at(span)
    found = check(c, node.args[0])
    if not isinstance(found, Static) or not isinstance(found.value, enum.Enum):
        what = kind_of(found.value) if isinstance(found, Static) else describe(found)
        c.report(NotAReference(span, ast.unparse(node.args[0]), what, "name a member of a kernel enum"))
        return error_at(span)
    described = value_type(type(found.value), found.text)
    assert isinstance(described, layout.EnumType)
    if isinstance(described, KernelEnumType) and described.nameless:
        c.report(_nameless_enum(span, ast.unparse(node.args[0]),
                                f"it is {found.value.value} to this program: a number to compare with"))
        return error_at(span)
    member = _member_written(node.args[0], found.value)
    if not member:
        names = [key for key, item in type(found.value).__members__.items() if item is found.value]
        c.report(NotAReference(span, ast.unparse(node.args[0]), f"a constant of several names: {', '.join(names)}",
                               "the name is what the target kernel is asked for: write "
                               f"`{name}({described.name}.{names[-1]})`"))
        return error_at(span)
    query = EnumQuery(U64, span, described, member, name == "enum_value_exists")
    return _as_bool(query) if name == "enum_value_exists" else query


def _member_written(node: ast.expr, member: enum.Enum) -> str:
    """The name by which a program means a member of an enum: Python keeps the first one of a value, and others that
    have the value stand for it. "" where a name of the program's own stands for one of several."""
    members = type(member).__members__
    written = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    if members.get(written) is member:
        return written
    return member.name if sum(item is member for item in members.values()) == 1 else ""


def _nameless_enum(span: Span, text: str, way_out: str) -> NotAReference:
    """The target kernel is asked for an enum by its name."""
    return NotAReference(span, text, "of an enum that has no name in the kernel, by which it could be asked for",
                         way_out)


def _as_bool(query: Expression) -> Expression:
    return Comparison(BOOL, query.span, "!=", query, IntegerConstant(query.type, query.span, 0))
