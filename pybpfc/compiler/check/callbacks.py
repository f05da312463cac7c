"""@callback functions: what bpf_loop, bpf_for_each_map_elem and their like call back."""

from __future__ import annotations

import ast

from pybpfc_runtime.values import value_type

from ...declarations import Function
from ...kernel_objects import bpf_dynptr
from ...tables.rows import Helper
from ..diagnostics.types import NotAReference, WrongArguments
from ..tree import (
    AddressOf,
    ElementPlace,
    Expression,
    FieldPlace,
    FunctionReference,
    IntegerConstant,
    MapDeclaration,
)
from ..types import BOOL, S32, U32, U64, VOID, IntType, Reference, Space, Type, from_layout
from . import kernel, objects
from .expressions import check, kind_of
from .function import FunctionChecker, Static
from .functions import parameter_types, result_type


def reference(c: FunctionChecker, row: Helper, node: ast.expr, map_: MapDeclaration | None,
              context: Expression | None, subject: Expression | None) -> Expression | None:
    """The address of a callback, checked against what the helper will pass to it; None where it was reported.

    `context` is what the helper is given for the callback, `subject` its first argument: a timer.
    """
    span = c.span(node)
    found = check(c, node)
    if not isinstance(found, Static) or not isinstance(found.value, Function) or found.value.kind != "callback":
        what = kind_of(found.value) if isinstance(found, Static) else "a value"
        c.report(NotAReference(span, ast.unparse(node), what, "name a function that is decorated with `@callback`"))
        return None
    declaration = c.module.declarations.functions.get(id(found.value))
    parameters = None if declaration is None else parameter_types(c, declaration)
    if declaration is None or parameters is None:
        return None
    expected = _expected(c, row, map_, context, subject)
    returns = "bool" if objects.head_of(subject) is not None else "int"
    signature = f"def {declaration.name}({', '.join(f'{name}: {shown}' for name, shown, _ in expected)}) -> {returns}"
    if len(parameters) != len(expected):
        c.report(WrongArguments(span, declaration.name, f"takes {len(parameters)} "
                                f"argument{'s' if len(parameters) != 1 else ''}, {row.name} passes {len(expected)}",
                                signature))
        return None
    given: list[Type] = []
    for (argument, declared), (_, shown, passed) in zip(parameters, expected, strict=True):
        type_ = _fits(declared, passed)
        if type_ is None:
            absent = " for None" if passed is U64 and isinstance(context, IntegerConstant) else ""
            c.report(WrongArguments(span, declaration.name, f"takes `{argument.arg}: {declared}` where {row.name} "
                                    f"passes `{shown}`{absent}", signature))
            return None
        given.append(type_)
    result = result_type(c, declaration)
    holder = objects.head_of(subject)
    if holder is not None and result != BOOL:
        c.report(WrongArguments(span, declaration.name, "returns no bool: it says whether `a` comes before `b`",
                                signature))
        return None
    if holder is None and result != S32 and not isinstance(result, IntType):
        given_back = "nothing" if result == VOID else f"`{result}`"
        c.report(WrongArguments(span, declaration.name, f"returns {given_back}: 0 goes on and 1 stops", signature))
        return None
    behind = 0 if holder is None else objects.node_offset(holder)
    instance = c.module.instance(declaration, tuple(given), span, c, behind)
    return None if instance is None else FunctionReference(U64, span, instance)


def _expected(c: FunctionChecker, row: Helper, map_: MapDeclaration | None, context: Expression | None,
              subject: Expression | None) -> list[tuple[str, str, Type | None]]:
    """(name, type as shown, type) of what the helper passes; no type where any integer type serves."""
    handed: Type = U64
    if context is not None and isinstance(context.type, Reference):
        handed = context.type
    last = ("context", str(handed), handed)
    if row.name == "bpf_loop":
        return [("index", "u32", None), last]
    if row.name == "bpf_for_each_map_elem" and map_ is not None:
        return [*_element(map_.key or U32, map_.value or VOID), last]  # a per-CPU map hands out this CPU's value
    if row.name.startswith("bpf_task_work_schedule") and map_ is not None:
        return _element(map_.key or U32, map_.value or VOID)
    if row.name == "bpf_timer_set_callback" or row.name.startswith("bpf_wq_set_callback"):
        value = _holder(subject)
        keys = {item.key for item in c.module.declarations.maps.values() if item.value == value and item.key}
        return _element(keys.pop() if len(keys) == 1 else U32, value or VOID)
    holder = objects.head_of(subject)
    if holder is not None:
        linked = Reference(holder.contains, Space.OBJECT)
        return [("a", str(linked), linked), ("b", str(linked), linked)]
    if row.name == "bpf_user_ringbuf_drain":
        record = Reference(from_layout(value_type(bpf_dynptr, "bpf_dynptr")), Space.MEMORY)
        return [("record", str(record), record), last]
    if row.name == "bpf_find_vma":
        found = [(name, kernel.struct_named(c, struct)) for name, struct in
                 (("task", "task_struct"), ("vma", "vm_area_struct"))]
        return [*((name, str(struct), Reference(struct, Space.TRUSTED)) for name, struct in found
                  if struct is not None), last]
    return [last]


def _element(key: Type, value: Type) -> list[tuple[str, str, Type | None]]:
    references = Reference(key, Space.MAP_VALUE), Reference(value, Space.MAP_VALUE)
    return [("map", "u64", None), *((name, str(type_), type_) for name, type_ in
                                    zip(("key", "value"), references, strict=True))]


def _holder(timer: Expression | None) -> Type | None:
    """The type of the map value that a timer is a field of."""
    while isinstance(timer, AddressOf) and isinstance(timer.place, (FieldPlace, ElementPlace)):
        timer = timer.place.base
    return timer.type.target if timer is not None and isinstance(timer.type, Reference) else None


def _fits(declared: Type, passed: Type | None) -> Type | None:
    """The parameter's type with the space of what is passed; None where the two do not fit."""
    if passed is None:
        return declared if isinstance(declared, IntType) and declared.bits >= 32 else None
    if isinstance(passed, Reference):
        if isinstance(declared, Reference) and declared.target == passed.target:
            return passed.or_none() if declared.nullable else passed.non_null()
        return None
    return declared if isinstance(declared, IntType) else None
