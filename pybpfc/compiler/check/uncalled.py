"""Functions of the program's own file that no program calls: checked as if one did, and left out of the object.

Reference parameters are taken for values of maps, or trusted where they are structs of the kernel, and
a cursor for one at the start of an XDP program's packet. The body of an @inline function has no function of its own: a
caller is made up around it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ...declarations import Function
from ...record import replace
from ...tables import contexts
from ..frontend.collect import FunctionDeclaration, reachable
from ..ir.module import Linkage
from ..tree import Assign, CursorStart, Evaluate, Expression, FunctionInstance, Read, Statement, Variable, VariablePlace
from ..types import (
    CURSOR,
    VOID,
    ContextType,
    CursorType,
    ErrorType,
    Reference,
    Space,
    StructType,
    Type,
)
from .function import FunctionChecker
from .functions import inline_call, parameter_types, result_type

if TYPE_CHECKING:
    from .module import ModuleChecker


def check_uncalled(checker: ModuleChecker) -> list[FunctionInstance]:
    """Check what no program needs.

    Returns:
        The bodies made up for @inline functions; subprograms become instances of the checker's.
    """
    found: list[FunctionInstance] = []
    for declaration in _callers_first(checker.declarations.uncalled):
        if checker.is_instance(declaration.declared):
            continue  # another one calls it
        parameters = parameter_types(checker, declaration)
        if parameters is None or isinstance(result_type(checker, declaration), ErrorType):
            continue
        types = [_given(type_) for _, type_ in parameters]
        if declaration.declared.kind != "inline":
            checker.instance(declaration, tuple(types), declaration.span, checker)
            continue
        found.append(_around(checker, declaration, parameters, types))
    return found


def _callers_first(uncalled: tuple[FunctionDeclaration, ...]) -> list[FunctionDeclaration]:
    """Functions whose calls say what the parameters of others are, before these."""
    called = {id(value) for one in uncalled for _, value in reachable(one.declared.function)
              if isinstance(value, Function) and value is not one.declared}
    return sorted(uncalled, key=lambda one: id(one.declared) in called)


def _given(type_: Type) -> Type:
    """What a call would pass that allows the most: of references one to a map's value, or a trusted one."""
    if not isinstance(type_, Reference) or isinstance(type_.target, ContextType):
        return type_
    kernel = isinstance(type_.target, StructType) and type_.target.layout.kernel
    return Reference(type_.target, Space.TRUSTED if kernel else Space.MAP_VALUE, type_.nullable)


def _around(checker: ModuleChecker, declaration: FunctionDeclaration,
            parameters: list[tuple[ast.arg, Type]], types: list[Type]) -> FunctionInstance:
    """A function that calls an @inline one with its own parameters."""
    span = declaration.span
    c = FunctionChecker(checker, replace(declaration), VOID)
    context = c.hidden("ctx", Reference(ContextType(contexts.by_name("xdp_md")), Space.CONTEXT), span)
    own: list[Variable] = []
    body: list[Statement] = []
    passed: list[Expression] = []
    for (argument, _), type_ in zip(parameters, types, strict=True):
        variable = c.hidden(argument.arg, type_, span)
        place = VariablePlace(type_, span, variable)
        if isinstance(type_, CursorType):
            start = CursorStart(CURSOR, span, Read(context.type, span, VariablePlace(context.type, span, context)))
            body.append(Assign(span, (place,), start))
        else:
            own.append(variable)
        passed.append(Read(type_, span, place))
    if body:
        own.insert(0, context)
    body.append(Evaluate(span, inline_call(c, span, declaration, parameters, passed)))
    name = declaration.name
    while name in {one.name for one in checker.declarations.functions.values() if one.declared.kind != "inline"}:
        name += "_"  # only others' names must differ: this one is in no object
    return FunctionInstance(name, Linkage.STATIC, ".text", tuple(own), VOID, span, declaration.declared,
                            body=tuple(body))
