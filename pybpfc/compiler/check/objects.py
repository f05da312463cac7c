"""Objects of the program's own: made by bpf_obj_new(), linked into lists and trees, kept in maps.

The verifier knows such an object by the number of its struct in the object file's BTF. A list or tree knows its objects
by one of their fields, the node: the head in a map value says which, so that the source passes and gets the objects
themselves.
"""

from __future__ import annotations

import ast

from pybpfc_runtime.values import DeclarationError, value_type

from ... import kernel_objects
from ...kernel_objects import check_struct
from ...tables.rows import Argument, Result
from ..diagnostics.declarations import BadDeclaration
from ..diagnostics.types import NotAReference, TypeMismatch
from ..ir.module import TypeFact
from ..source import Span
from ..tree import AddressOf, ContainerOf, Expression, FieldPlace, TypeQuery
from ..types import U64, HeadType, OpaqueType, Reference, Space, StructType, Type, from_layout
from .conversions import describe, is_error, not_none
from .function import FunctionChecker


def local_type(c: FunctionChecker, argument: Argument, node: ast.expr) -> Expression | None:
    """A struct of the program, as its number in BTF."""
    from .calls import type_argument

    found = type_argument(c, node)
    if found is None:
        return None
    if not isinstance(found, StructType) or found.layout.kernel or found.layout.is_union:
        c.report(NotAReference(c.span(node), ast.unparse(node), "no Struct of the program",
                               f"`{argument.name}` is the class of what is made, as in `bpf_obj_new(Node)`"))
        return None
    try:
        check_struct(found.layout)
    except DeclarationError as error:
        c.report(BadDeclaration(c.span(node), str(error)))
        return None
    return TypeQuery(U64, c.span(node), TypeFact.LOCAL_ID, found.layout)


def own_object(c: FunctionChecker, argument: Argument, found: Expression) -> Expression | None:
    """A reference to an object, as it is passed to what drops it or counts one more owner."""
    type_ = found.type
    if isinstance(type_, Reference) and type_.space is _space(argument.type):
        found = not_none(c, found)
        return None if is_error(found) else found
    origin = "`bpf_percpu_obj_new` made, or what a map gave" if argument.type else \
        "`bpf_obj_new` made, or what a list, a tree or a map gave"
    c.report(TypeMismatch(found.span, _space(argument.type).value, describe(found),
                          f"`{argument.name}` is what {origin}"))
    return None


def node(c: FunctionChecker, argument: Argument, found: Expression, head: Expression | None) -> Expression | None:
    """An object as the address of the field by which the head links it."""
    holder = head_of(head)
    if holder is None:
        if head is not None:
            _no_head(c, head)
        return None
    type_ = found.type
    if not isinstance(type_, Reference) or type_.space is not Space.OBJECT or type_.target != holder.contains:
        field = isinstance(type_, Reference) and isinstance(type_.target, OpaqueType)
        c.report(TypeMismatch(found.span, f"{holder.contains} of bpf_obj_new()", describe(found),
                              "pass the object itself: the head says by which of its fields it is linked" if field else
                              f"`{argument.name}` is what `bpf_obj_new({holder.contains})` made"))
        return None
    found = not_none(c, found)
    if is_error(found):
        return None
    layout = holder.contains.layout
    index = next(i for i, field in enumerate(layout.fields) if field.name == holder.node)
    part = from_layout(layout.fields[index].type)
    place = FieldPlace(part, found.span, found, holder.contains, (index,))
    return AddressOf(Reference(part, Space.OBJECT), found.span, place)


def head_of(head: Expression | None) -> HeadType | None:
    """What a list's head or a tree's root holds."""
    type_ = head.type.target if head is not None and isinstance(head.type, Reference) else None
    return type_ if isinstance(type_, HeadType) else None


def _no_head(c: FunctionChecker, head: Expression) -> None:
    assert isinstance(head.type, Reference)
    c.report(TypeMismatch(head.span, f"{head.type.target}[T]", describe(head),
                          f"the field's type says what it holds: `{head.type.target}[Node]`"))


def made(first: Expression, result: Result) -> Type:
    """What a function gives that makes an object, or one more reference to it."""
    if isinstance(first, TypeQuery):
        return Reference(from_layout(first.subject), _space(result.type), result.nullable)
    assert isinstance(first.type, Reference)
    return Reference(first.type.target, _space(result.type), result.nullable)


def _space(kind: str) -> Space:
    return Space.PER_CPU if kind == "percpu" else Space.OBJECT


def given(c: FunctionChecker, head: Expression, struct: str, nullable: bool) -> Type | None:
    """What the kernel gives for an object of a list or tree: the address of its node field."""
    if head_of(head) is None:
        _no_head(c, head)
        return None
    node = from_layout(value_type(getattr(kernel_objects, struct), struct))
    return Reference(node, Space.OBJECT, nullable)


def contained(call: Expression, head: Expression, span: Span) -> Expression:
    """The object whose node field `call` gives."""
    holder = head_of(head)
    assert holder is not None and isinstance(call.type, Reference)  # given() has said so
    return ContainerOf(Reference(holder.contains, Space.OBJECT, call.type.nullable), span, call, node_offset(holder))


def node_offset(holder: HeadType) -> int:
    """Where the node field is in the objects that a head holds, in bytes."""
    return next(field.offset for field in holder.contains.layout.fields if field.name == holder.node)
