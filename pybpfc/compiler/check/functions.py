"""Calls between functions of the program: @subprog, @global_subprog and @inline."""

from __future__ import annotations

import ast
import types as python_types
import typing
from typing import Any

from pybpfc_runtime.values import DeclarationError, Ptr, evaluate, value_type

from ...declarations import Function
from ...maps import Bound, Map
from ...tables import contexts, program_kinds
from ..diagnostics.declarations import BadParameter, Recursion, UnsupportedKind
from ..diagnostics.types import BadAnnotation
from ..frontend.collect import FunctionDeclaration
from ..frontend.exported import import_of
from ..source import Span
from ..tree import CallFunction, Expression, InlineCall, NoneConstant, Sequenced, Variable
from ..types import (
    BOOL,
    CURSOR,
    ERROR,
    S32,
    U64,
    VOID,
    ContextType,
    CursorType,
    ErrorType,
    LiteralType,
    Reference,
    Space,
    StructType,
    Type,
    from_layout,
    is_scalar,
)
from . import kernel
from .conversions import coerce, error_at, is_error, not_none, settle
from .environment import join
from .expressions import value
from .function import FunctionChecker

CONTEXT_ARGUMENTS = (6, 8)  # the version that reads the tag `arg:ctx`
_CONTEXT_STRUCTS = ("trace_event_raw_", "bpf_iter__")  # structs of the kernel that programs get as their context
NONNULL_ARGUMENTS = (6, 8)  # the version that reads the tag `arg:nonnull`
TRUSTED_ARGUMENTS = (6, 9)  # and `arg:trusted`, `arg:nullable`
_MOST_ARGUMENTS = 5  # registers r1 to r5


def annotation_of(declaration: FunctionDeclaration, name: str) -> Any:
    """The evaluated annotation of a parameter or of `return`; KeyError where there is none."""
    function = declaration.declared.function
    annotation = function.__annotations__[name]
    if isinstance(annotation, str):
        cells = {}
        for free, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            try:
                cells[free] = cell.cell_contents
            except ValueError:
                continue
        annotation = evaluate(annotation, function.__globals__, {**declaration.declared.locals, **cells},
                              f"{declaration.name}: {name}")
    return annotation


def annotated_type(annotation: Any, where: str, space: Space = Space.STACK) -> Type:
    """The compiler's type for an annotation of a parameter, result or local.

    Raises:
        DeclarationError: the annotation means no type that a BPF register can hold.
    """
    if annotation is None or annotation is type(None):
        return VOID
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, python_types.UnionType):
        arms = [arm for arm in typing.get_args(annotation) if arm is not type(None)]
        if len(arms) != 1 or len(typing.get_args(annotation)) != 2:
            raise DeclarationError(f"{where}: a union of types has no layout; only `T | None` is possible")
        inner = annotated_type(arms[0], where, space)
        if not isinstance(inner, Reference):
            raise DeclarationError(f"{where}: only references can be None, and {inner} is a plain value")
        return inner.or_none()
    if origin is Ptr:
        return Reference(from_layout(value_type(typing.get_args(annotation)[0], where)), space)
    row = getattr(annotation, "__pybpfc_context__", None)
    if row is not None:
        return Reference(ContextType(contexts.by_name(row)), Space.CONTEXT)
    if isinstance(annotation, type) and annotation.__name__ == "Cursor":
        return CURSOR
    if annotation is int:
        raise DeclarationError(f"{where}: `int` has no width; use u8 to u64 or s8 to s64")
    type_ = from_layout(value_type(annotation, where))
    return type_ if is_scalar(type_) else Reference(type_, space)


def _is_map(annotation: Any) -> bool:
    return isinstance(annotation, Bound) or (isinstance(annotation, type) and issubclass(annotation, Map))


def result_type(c: Any, declaration: FunctionDeclaration) -> Type:
    """The declared result: `-> int` is s32, none means nothing is returned."""
    try:
        annotation = annotation_of(declaration, "return")
    except KeyError:
        return VOID
    except DeclarationError as error:
        c.report(BadAnnotation(_returns_span(declaration), str(error),
                               _way_out(error, "annotate it with a type of the language")))
        return ERROR
    if annotation is int:
        return S32
    if annotation is bool:
        return BOOL
    try:
        return annotated_type(annotation, f"the result of {declaration.name}")
    except DeclarationError as error:
        c.report(BadAnnotation(_returns_span(declaration), str(error), "return an integer, a bool or a reference"))
        return ERROR


def _way_out(error: DeclarationError, otherwise: str) -> str:
    """The help for a wrong annotation."""
    if "is not defined" in str(error):
        return (f"{import_of(str(error)) or 'import it'} at the top of the module, outside of `if TYPE_CHECKING:`: the "
                "compiler runs the imports")
    return otherwise


def _returns_span(declaration: FunctionDeclaration) -> Span:
    returns = declaration.node.returns
    return declaration.span if returns is None else Span.of(declaration.source, returns)


def parameter_types(c: Any, declaration: FunctionDeclaration) -> list[tuple[ast.arg, Type]] | None:
    """Parameters with their declared types; None where one was reported."""
    arguments = declaration.node.args
    if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults:
        c.report(BadParameter(declaration.span, f"`{declaration.name}` has variable, keyword-only or default arguments",
                              "arguments are passed in registers", "give every parameter a name and a type"))
        return None
    found: list[tuple[ast.arg, Type]] = []
    for argument in (*arguments.posonlyargs, *arguments.args):
        span = Span.of(declaration.source, argument)
        try:
            annotation = annotation_of(declaration, argument.arg)
            # The map that a callback is handed can only be ignored: to programs it is a number.
            type_ = U64 if declaration.declared.kind == "callback" and _is_map(annotation) else _on_target(
                c, annotated_type(annotation, argument.arg))
        except KeyError:
            kind = program_kinds.of_program(declaration.declared.kind, declaration.declared.section) \
                if declaration.declared.is_program else None
            wanted = kind.context if kind is not None and kind.context and not found else "u32"
            c.report(BadParameter(span, f"the parameter `{argument.arg}` has no type", "declared here",
                                  f"annotate it, as in `{argument.arg}: {wanted}`"))
            return None
        except DeclarationError as error:
            c.report(BadAnnotation(span, str(error), _way_out(
                error, "use an integer type, a Struct, Ptr[T] or a context")))
            return None
        found.append((argument, type_))
    called = declaration.declared.kind != "inline" and not declaration.declared.is_program
    if called and any(isinstance(type_, CursorType) for _, type_ in found):
        c.report(BadParameter(declaration.span, f"`{declaration.name}` takes a cursor", "a BPF call passes numbers and "
                              "references, and a cursor is neither", "make it `@inline`, or pass what was pulled"))
        return None
    alone = declaration.declared.kind in ("global_subprog", "freplace")
    for argument, type_ in found if alone else ():
        if not isinstance(type_, Reference) or isinstance(type_.target, ContextType):
            continue
        span = Span.of(declaration.source, argument)
        if isinstance(type_.target, StructType) and type_.target.name.startswith(_CONTEXT_STRUCTS):
            if c.min_kernel < CONTEXT_ARGUMENTS:
                c.report(BadParameter(span, f"`{argument.arg}` is a context that the kernel does not know by name: a "
                                      "function that is verified on its own takes it from Linux 6.8 on",
                                      f"it is a `{type_.target}`",
                                      "build with `--min-kernel 6.8`, or make it a `@subprog`"))
                return None
        elif isinstance(type_.target, StructType) and type_.target.layout.kernel:
            if c.min_kernel < TRUSTED_ARGUMENTS:
                c.report(BadParameter(span, f"`{argument.arg}` is an object of the kernel, which a function that is "
                                      "verified on its own takes from Linux 6.9 on", f"it is a `{type_.target}`",
                                      "build with `--min-kernel 6.9`, or make it a `@subprog`"))
                return None
        elif not type_.nullable and c.min_kernel < NONNULL_ARGUMENTS:
            c.report(BadParameter(span, f"`{argument.arg}` could be None",
                                  "the kernel verifies it on its own, for every argument",
                                  f"write `{argument.arg}: {type_} | None` and test it, make it a `@subprog`, or build "
                                  "with `--min-kernel 6.8`"))
            return None
    if len(found) > _MOST_ARGUMENTS and (called or alone):
        c.report(BadParameter(declaration.span, f"`{declaration.name}` has {len(found)} parameters",
                              f"a BPF call passes {_MOST_ARGUMENTS} arguments, in registers r1 to r5",
                              "pass a struct by reference, or make the function `@inline`"))
        return None
    return found


def _on_target(c: Any, type_: Type) -> Type:
    """`pt_regs` has the registers of the processor that the program is for."""
    if isinstance(type_, Reference) and isinstance(type_.target, ContextType) and type_.target.name == "pt_regs":
        arch = contexts.architecture(c.target_arch)
        return type_ if arch is None else Reference(ContextType(contexts.registers(arch)), type_.space, type_.nullable)
    return type_


def call_function(c: FunctionChecker, node: ast.Call, callee: Function) -> Expression:
    """Check a call of a decorated function."""
    span = c.span(node)
    if callee.is_program or callee.kind == "callback":
        c.report(UnsupportedKind(span, f"a direct call of the `@{callee.kind}` function `{callee.name}`",
                                 "put what both need into a `@subprog`"))
        return error_at(span)
    declaration = c.module.declarations.functions.get(id(callee))
    if declaration is None:
        return error_at(span)
    parameters = parameter_types(c, declaration)
    arguments = _arguments(c, node, declaration, parameters)
    if parameters is None or arguments is None:
        return error_at(span)
    from .maps import as_written, held_as_written

    found: dict[int, Expression] = {}
    for index in as_written(arguments):
        argument, type_ = parameters[index]
        found[index] = _passed(c, value(c, arguments[index]), type_, argument.arg)
        if is_error(found[index]):
            return error_at(span)
    bindings, passed = held_as_written(c, arguments, [found[index] for index in range(len(arguments))])
    made = _called(c, span, callee, declaration, parameters, passed)
    return Sequenced(made.type, span, bindings, made) if bindings and not is_error(made) else made


def _called(c: FunctionChecker, span: Span, callee: Function, declaration: FunctionDeclaration,
            parameters: list[tuple[ast.arg, Type]], passed: list[Expression]) -> Expression:
    """A call with its arguments in the order of the parameters."""
    if callee.kind == "inline":
        return inline_call(c, span, declaration, parameters, passed)
    if not all(kernel.kept_apart(c, item) for item in passed):
        return error_at(span)
    if c.module.is_active(callee):
        c.report(Recursion(span, callee.name))
        return error_at(span)
    # None leads nowhere: it does not decide what memory a parameter leads to
    types = tuple(VOID if isinstance(item, NoneConstant) else item.type for item in passed)
    instance = c.module.instance(declaration, types, span, c)
    if instance is None:
        return error_at(span)
    return CallFunction(instance.result, span, instance, tuple(passed))


def _arguments(c: FunctionChecker, node: ast.Call, declaration: FunctionDeclaration,
               parameters: list[tuple[ast.arg, Type]] | None) -> list[ast.expr] | None:
    if parameters is None:
        return None
    from .maps import call_arguments as match

    by_position = declaration.node.args.posonlyargs  # `def f(a, /)`: `f(a=1)` names nothing
    names = tuple(f"<{argument.arg}>" if argument in by_position else argument.arg for argument, _ in parameters)
    return match(c, node, declaration.declared.function.__name__, names, 0)


def _passed(c: FunctionChecker, given: Expression, type_: Type, name: str) -> Expression:
    """An argument as its parameter's type; a reference keeps its own address space."""
    if isinstance(type_, Reference) and isinstance(given.type, Reference) and given.type.target == type_.target:
        return given if type_.nullable else not_none(c, given)
    if isinstance(type_, CursorType) and isinstance(given.type, CursorType):
        return given
    return coerce(c, given, type_)


def inline_call(c: FunctionChecker, span: Span, declaration: FunctionDeclaration,
                parameters: list[tuple[ast.arg, Type]], passed: list[Expression]) -> Expression:
    """The callee's body in place, checked with the types of this call's arguments."""
    from .statements import check_body

    outer: FunctionChecker | None = c
    while outer is not None:
        if outer.declaration is declaration:
            c.report(Recursion(span, declaration.name))
            return error_at(span)
        outer = outer.outer
    result = result_type(c, declaration)
    if isinstance(result, ErrorType):
        return error_at(span)
    key = (id(declaration), tuple(str(item.type) + getattr(getattr(item.type, "space", None), "name", "")
                                  for item in passed))
    settled = c.module.inferred.get(key)

    def run(inferring: bool, types: dict[str, Type]) -> tuple[FunctionChecker, InlineCall]:
        inner = FunctionChecker(c.module, declaration, result, outer=c)
        inner.inferring = inferring
        inner.settled = types
        inner.env = c.env.copy()
        bound: list[tuple[Variable, Expression]] = []
        for (argument, type_), given in zip(parameters, passed, strict=True):
            own = given.type if isinstance(type_, (Reference, CursorType)) else type_
            if isinstance(own, Reference) and isinstance(type_, Reference) and type_.nullable:
                own = own.or_none()
            variable = inner.declare(argument.arg, own, inner.span(argument))
            inner.annotated[argument.arg] = variable.span
            inner.settled[argument.arg] = own
            if isinstance(own, Reference) and isinstance(given.type, Reference):
                from .assignments import on_stack

                if own.space is not Space.STACK and on_stack(c, given):
                    c.module.stack_variables.add((id(declaration), argument.arg))
                inner.env.learn(variable, None if given.type.nullable else True)
            bound.append((variable, settle(c, given)))
        if not isinstance(result, type(VOID)):
            inner.result_variable = inner.hidden(f"result of {declaration.name}", result, span)
        body = check_body(inner, declaration)
        if inner.returned and inner.result_variable is not None and isinstance(result, Reference):
            inner.result_variable.type = _joined_result(result, inner.returned)
        type_ = VOID if inner.result_variable is None else inner.result_variable.type
        return inner, InlineCall(type_, span, tuple(bound), body.statements, inner.result_variable)

    if settled is None:
        plain: dict[str, Type] = {}
        while True:
            inner, checked = run(True, dict(plain))
            found = inner.finish_inference()
            if not found:
                break
            plain.update(found)
        settled = c.module.inferred[key] = {
            name: type_ for name, type_ in inner.settled.items() if not isinstance(type_, LiteralType)}
        if c.inferring:
            return checked
    inner, checked = run(c.inferring, dict(settled))
    after = join([*inner.returns, inner.env]) if inner.returns else inner.env
    if after.reachable:
        c.env = after
    return checked


def _joined_result(declared: Reference, returned: list[Type]) -> Reference:
    """The reference type of a result: the space of what is returned, None where the annotation allows it.

    Where one of several objects is on the stack, the result may be: it does not outlive the caller.
    """
    spaces = [type_.space for type_ in returned if isinstance(type_, Reference) and type_.target == declared.target]
    if not spaces:
        return declared
    return Reference(declared.target, Space.STACK if Space.STACK in spaces else spaces[0], declared.nullable)
