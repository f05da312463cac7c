"""Reads of what the kernel provides: configuration values, kernel variables and addresses.

A variable that the kernel's BTF has is read in place, a per-CPU one by way of bpf_this_cpu_ptr(). Of any other
symbol the loader knows the address alone: it is read by a probe, as `core_read` reads.
"""

from __future__ import annotations

import ast

from ..diagnostics.declarations import NotAValue
from ..diagnostics.types import NotAReference
from ..tree import (
    AddressNumber,
    AddressOf,
    Comparison,
    Expression,
    GlobalPlace,
    IntegerConstant,
    ProbeRead,
    Read,
    Reinterpret,
)
from ..types import BOOL, U64, Reference, Space, StructType, is_aggregate
from .conversions import error_at, is_error, not_none
from .function import FunctionChecker, Static


def value(c: FunctionChecker, place: GlobalPlace, text: str) -> Expression:
    """The value that the name of an extern has in an expression."""
    extern = place.declaration.extern
    assert extern is not None
    span, type_ = place.span, place.type
    address = AddressOf(Reference(type_, Space.GLOBAL), span, place)
    if place.declaration.section == ".kconfig":
        return address if is_aggregate(type_) else Read(type_, span, place)
    if extern.described is None:
        return AddressNumber(U64, span, address)
    if extern.per_cpu:
        c.report(NotAValue(span, text, "a variable that every processor has one of",
                           f"`bpf_this_cpu_ptr({text})` is this processor's, `bpf_per_cpu_ptr({text}, cpu)` another's"))
        return error_at(span)
    if isinstance(type_, StructType):
        return Reinterpret(Reference(type_, Space.TRUSTED if extern.typed else Space.UNTRUSTED), span, address)
    if extern.typed:
        return Read(type_, span, place)
    return ProbeRead(type_, span, address, c.module.helper("bpf_probe_read_kernel"), type_)


def _symbol(c: FunctionChecker, node: ast.expr) -> tuple[Static | None, GlobalPlace | None]:
    from ...declarations import GlobalVariable
    from .expressions import check, global_place

    found = check(c, node)
    if not isinstance(found, Static) or not isinstance(found.value, GlobalVariable):
        return found if isinstance(found, Static) else None, None
    place = global_place(c, found.value, found.span)
    return found, place if place is not None and place.declaration.section == ".ksyms" else None


def per_cpu_symbol(c: FunctionChecker, node: ast.expr, name: str) -> Expression | None:
    """The first argument of bpf_this_cpu_ptr() and bpf_per_cpu_ptr()."""
    from .expressions import check

    given = check(c, node)
    if isinstance(given, Expression) and isinstance(given.type, Reference) \
            and given.type.space in (Space.PER_CPU, Space.KERNEL_PER_CPU):
        given = not_none(c, given)
        return None if is_error(given) else given
    _, place = _symbol(c, node)
    if place is None or place.declaration.extern is None or not place.declaration.extern.per_cpu:
        c.report(NotAReference(c.span(node), ast.unparse(node), "no per-CPU variable of the kernel",
                               f"`{name}` is declared at module level: `runqueues: rq = ksym(\"runqueues\", rq)`"))
        return None
    return AddressOf(Reference(place.type, Space.GLOBAL), place.span, place)


def per_cpu_result(symbol: Expression, nullable: bool) -> Reference:
    """What bpf_this_cpu_ptr() and bpf_per_cpu_ptr() give: a kernel struct, or a pointer to a scalar."""
    type_ = symbol.type
    assert isinstance(type_, Reference)
    if type_.space is Space.PER_CPU:
        return Reference(type_.target, Space.OBJECT, nullable)
    space = Space.TRUSTED if isinstance(type_.target, StructType) else Space.MEMORY
    return Reference(type_.target, space, nullable)


def exists(c: FunctionChecker, node: ast.Call, name: str) -> Expression:
    """`bpf_ksym_exists(x)`: whether the loader found a symbol."""
    from .calls import positional

    span = c.span(node)
    if not positional(c, node, name, 1):
        return error_at(span)
    _, place = _symbol(c, node.args[0])
    if place is None:
        c.report(NotAReference(span, ast.unparse(node.args[0]), "no symbol of the kernel",
                               "name a variable that was declared with `ksym(...)`; `kfunc_exists` is for functions"))
        return error_at(span)
    address = AddressNumber(U64, span, AddressOf(Reference(place.type, Space.GLOBAL), span, place))
    return Comparison(BOOL, span, "!=", address, IntegerConstant(U64, span, 0))
