"""@callback functions: what bpf_loop, bpf_for_each_map_elem and their like call back."""

from __future__ import annotations

import ast

from ...declarations import Function
from ...tables.rows import Helper
from ..diagnostics.types import NotAReference, WrongArguments
from ..tree import Expression, FunctionReference, IntegerConstant, MapDeclaration
from ..types import S32, U32, U64, VOID, IntType, Reference, Space, Type
from .expressions import check, kind_of
from .function import FunctionChecker, Static
from .functions import parameter_types, result_type


def reference(c: FunctionChecker, row: Helper, node: ast.expr, map_: MapDeclaration | None,
              context: Expression | None) -> Expression | None:
    """The address of a callback, checked against what the helper will pass to it; None where it was reported."""
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
    expected = _expected(row, map_, context)
    signature = f"def {declaration.name}({', '.join(f'{name}: {shown}' for name, shown, _ in expected)}) -> int"
    if len(parameters) != len(expected):
        c.report(WrongArguments(span, declaration.name, f"takes {len(parameters)} arguments, {row.name} passes "
                                f"{len(expected)}", signature))
        return None
    given: list[Type] = []
    for (argument, declared), (_, shown, passed) in zip(parameters, expected, strict=True):
        type_ = _fits(declared, passed)
        if type_ is None:
            c.report(WrongArguments(span, declaration.name, f"takes `{argument.arg}: {declared}` where {row.name} "
                                    f"passes `{shown}`", signature))
            return None
        given.append(type_)
    result = result_type(c, declaration)
    if result != S32 and not isinstance(result, IntType):
        c.report(WrongArguments(span, declaration.name, "returns nothing: 0 goes on and 1 stops", signature))
        return None
    instance = c.module.instance(declaration, tuple(given), span, c)
    return None if instance is None else FunctionReference(U64, span, instance)


def _expected(row: Helper, map_: MapDeclaration | None,
              context: Expression | None) -> list[tuple[str, str, Type | None]]:
    """(name, type as shown, type) of what the helper passes; no type where any integer type serves."""
    handed: Type = U64
    shown = "u64"
    if context is not None and isinstance(context.type, Reference):
        handed, shown = context.type, str(context.type)
    elif isinstance(context, IntegerConstant):
        handed, shown = U64, "u64"
    if row.name == "bpf_loop":
        return [("index", "u32", None), ("context", shown, handed)]
    if row.name == "bpf_for_each_map_elem" and map_ is not None:
        # A per-CPU map hands out this CPU's value.
        key = Reference(map_.key or U32, Space.MAP_VALUE)
        value = Reference(map_.value or VOID, Space.MAP_VALUE)
        return [("map", "u64", None), ("key", str(key), key), ("value", str(value), value), ("context", shown, handed)]
    return [("context", shown, handed)]


def _fits(declared: Type, passed: Type | None) -> Type | None:
    """The parameter's type with the space of what is passed; None where the two do not fit."""
    if passed is None:
        return declared if isinstance(declared, IntType) and declared.bits >= 32 else None
    if isinstance(passed, Reference):
        if isinstance(declared, Reference) and declared.target == passed.target:
            return passed.or_none() if declared.nullable else passed.non_null()
        return None
    return declared if isinstance(declared, IntType) else None
