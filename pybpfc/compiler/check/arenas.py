"""Pointers into arenas: memory that programs and user space share at the same addresses.

A pointer is an address of user space wherever it is kept; each access turns it into the kernel's (LLVM's address space
1, `__arena` in the kernel's tools/testing/selftests/bpf/bpf_arena_common.h). Nothing that a program does with one can
harm the kernel: a page that is not there reads as zeros, and takes no stores.
"""

from __future__ import annotations

import ast

from ...tables.rows import Argument
from ..diagnostics.types import NotAReference, TypeMismatch
from ..tree import AddressNumber, Expression, NoneConstant, PointerFromNumber
from ..types import (
    U64,
    ArrayType,
    Reference,
    Space,
    StringType,
    StructType,
    Type,
    from_layout,
    is_scalar,
)
from .conversions import coerce, describe, error_at, is_error, not_none, text_of
from .function import FunctionChecker, Static


def at(c: FunctionChecker, node: ast.Call, map_: Static) -> Expression:
    """`arena.at(address, T)`: what is at an address of the arena; None where the address is 0."""
    from .calls import type_argument
    from .expressions import value
    from .maps import call_arguments

    span = c.span(node)
    declaration = c.module.map_declaration(map_, c)
    arguments = call_arguments(c, node, f"{map_.text}.at", ("address", "kind"), 0)
    if arguments is None or declaration is None:
        return error_at(span)
    found = value(c, arguments[0])
    target = type_argument(c, arguments[1])
    if is_error(found) or target is None:
        return error_at(span)
    if isinstance(found.type, Reference):
        way_out = f"`cast({target}, {text_of(found)})` sees it as another type" if found.type.space is Space.ARENA \
            else "only what `bpf_arena_alloc_pages` gave is in an arena"
        c.report(TypeMismatch(found.span, "an address, u64", describe(found), way_out))
        return error_at(span)
    address = coerce(c, found, U64)
    if is_error(address):
        return address
    if not can_hold(c, target, arguments[1]):
        return error_at(span)
    return PointerFromNumber(Reference(target, Space.ARENA, True), span, address, declaration)


def can_hold(c: FunctionChecker, type_: Type, node: ast.expr) -> bool:
    """Whether a value may be in an arena; reports what may not."""
    if _plain(type_):
        return True
    c.report(NotAReference(c.span(node), ast.unparse(node), "nothing that an arena can hold",
                           "numbers, arrays, Str and the program's own Structs can be there; objects of the kernel, "
                           "such as locks and timers, are kept in map values"))
    return False


def _plain(type_: Type) -> bool:
    """Whether plain loads and stores are all that a type needs."""
    if isinstance(type_, ArrayType):
        return _plain(type_.element)
    if isinstance(type_, StructType):
        return not type_.layout.kernel and all(_plain(from_layout(field.type)) for field in type_.layout.fields)
    return is_scalar(type_) or isinstance(type_, (StringType, Reference))


def stored_pointer(c: FunctionChecker, found: Expression, wanted: Reference) -> Expression:
    """A checked value for memory that keeps a pointer into an arena, `T | None`."""
    type_ = found.type
    if isinstance(found, NoneConstant):
        return NoneConstant(wanted, found.span)
    if not isinstance(type_, Reference):
        c.report(TypeMismatch(found.span, str(wanted), describe(found),
                              f"`arena.at(address, {wanted.target})` makes a pointer of an address"))
        return error_at(found.span)
    if type_.target == wanted.target and type_.space is not Space.ARENA:
        c.report(TypeMismatch(found.span, "a pointer into an arena", f"`{type_}` in {type_.space.value}",
                              "keep a copy in the arena, and a pointer to that"))
        return error_at(found.span)
    return coerce(c, found, wanted)


def address(c: FunctionChecker, argument: Argument, found: Expression) -> Expression | None:
    """What a kernel function gets for memory of an arena: user space's address of it, which the JIT makes the kernel's
    own. A number will do: what is outside of the arena cannot be named."""
    type_ = found.type
    if not isinstance(type_, Reference):
        return coerce(c, found, U64)
    if type_.space is Space.ARENA and _is_content(type_.target, argument.type):
        return AddressNumber(U64, found.span, found if argument.nullable else not_none(c, found))
    c.report(TypeMismatch(found.span, f"{argument.type} in an arena", describe(found) if type_.space is Space.ARENA
                          else f"`{type_}` in {type_.space.value}", "`arena.at(address, T)` is what is in one; "
                          "`cast(T, x)` sees it as another type"))
    return None


def _is_content(type_: Type, wanted: str) -> bool:
    """Whether a type is the struct of this name, the number, or an array of either."""
    if isinstance(type_, ArrayType):
        return _is_content(type_.element, wanted)
    return type_.name == wanted if isinstance(type_, StructType) else str(type_) == wanted
