"""Arguments of USDT probes: by position, each a call of a function that finds it by what the probe's note says."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ... import usdt_arguments
from ...tables import contexts
from ..diagnostics.declarations import BadParameter
from ..frontend.collect import FunctionDeclaration
from ..source import Span
from ..tree import CallFunction, Cast, Comparison, Expression, IntegerConstant
from ..types import BOOL, U64, BoolType, ContextType, Reference, Space, Type
from .programs import Incoming, Reader, incoming_type, is_context
from .registers import context_first, processor

if TYPE_CHECKING:
    from .module import ModuleChecker


def by_position(checker: ModuleChecker, declaration: FunctionDeclaration, parameters: list[tuple[ast.arg, Type]],
                target_arch: str) -> Incoming | None:
    """The parameters of a `@usdt` program: an optional `ctx: pt_regs`, then arguments of the probe."""
    arch = processor(checker, declaration, target_arch)
    if arch is None:
        return None
    context = Reference(ContextType(contexts.registers(arch)), Space.CONTEXT)
    readers: list[Reader | None] = []
    types: list[Type] = []
    position = 0
    for index, (argument, type_) in enumerate(parameters):
        span = Span.of(declaration.source, argument)
        if is_context(type_):
            if index:
                checker.report(context_first(span))
                return None
            readers.append(None)
            types.append(context)
            continue
        if position == usdt_arguments.MOST_ARGUMENTS:
            checker.report(BadParameter(span, f"a probe has at most {position} arguments", "declared here",
                                        "remove it, and those behind it"))
            return None
        made = incoming_type(checker, declaration, argument, type_, Space.USER)
        reader = None if made is None else _reader(checker, position, made, context, span)
        if made is None or reader is None:
            return None
        readers.append(reader)
        types.append(made)
        position += 1
    return Incoming(context, tuple(readers), tuple(types))


def _reader(checker: ModuleChecker, position: int, type_: Type, context: Reference, span: Span) -> Reader | None:
    function = checker.declarations.functions[id(usdt_arguments.bpf_usdt_arg)]
    instance = checker.instance(function, (context, U64), span, checker)
    if instance is None:
        return None

    def read(given: Expression) -> Expression:
        found = CallFunction(instance.result, given.span, instance, (given, IntegerConstant(U64, given.span, position)))
        if isinstance(type_, BoolType):  # of the argument's own width, all of which counts
            return Comparison(BOOL, given.span, "!=", found, IntegerConstant(found.type, given.span, 0))
        return Cast(U64, given.span, found) if isinstance(type_, Reference) else found

    return read
