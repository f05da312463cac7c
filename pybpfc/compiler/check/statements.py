"""Statements: assignment, control flow, and the body of a function."""

from __future__ import annotations

import ast
from typing import Any

from ...declarations import GlobalVariable
from ...record import replace
from ..diagnostics.declarations import AssignsGlobal, UnsupportedSyntax
from ..diagnostics.types import (
    MissingReturn,
    NotAReference,
    TypeMismatch,
    Unreachable,
    Unused,
)
from ..frontend.collect import FunctionDeclaration
from ..source import Span
from ..tree import AtomicOperation as AtomicOperationNode
from ..tree import (
    Block,
    CallFunction,
    CallHelper,
    Cast,
    Conditional,
    CursorSkip,
    CursorStart,
    Evaluate,
    Expression,
    If,
    InlineCall,
    IntegerConstant,
    Logical,
    NoneConstant,
    Print,
    Read,
    Return,
    Sequenced,
    Statement,
    Walrus,
)
from ..types import (
    VOID,
    CursorType,
    ErrorType,
    IntType,
    Reference,
    Space,
    VoidType,
    same_space,
)
from . import kernel, maps
from .assignments import annotated_assign, assign, augmented, on_stack
from .conditions import condition, has_effects
from .conversions import coerce, describe, is_error, text_of, way_to
from .environment import join
from .expressions import (
    check,
    value,
)
from .function import CheckedBody, FunctionChecker, Static
from .loops import break_statement, continue_statement, for_loop, while_loop

_REFUSED: dict[type[ast.stmt], tuple[str, str, str]] = {
    ast.Try: ("`try`", "BPF has no exceptions", "test results: `if x is None`, `if err < 0`"),
    ast.Raise: ("`raise`", "BPF has no exceptions", "return a value that says what happened"),
    ast.Import: ("an import in a body", "bodies are compiled, not run", "import at the top of the module"),
    ast.ImportFrom: ("an import in a body", "bodies are compiled, not run", "import at the top of the module"),
    ast.ClassDef: ("a class in a body", "declarations stand at module level", "move it to the module"),
    ast.FunctionDef: ("a nested function", "functions are declared at module level",
                      "move it to the module and decorate it with `@subprog` or `@inline`"),
    ast.AsyncFunctionDef: ("an async function", "a BPF program never waits", "use a ring buffer to tell user space"),
    ast.AsyncFor: ("`async for`", "a BPF program never waits", "use `for ... in range(...)`"),
    ast.AsyncWith: ("`async with`", "a BPF program never waits", "remove it"),
    ast.Nonlocal: ("`nonlocal`", "closures are constants", "use a map or a `data` global"),
}


def check_body(c: FunctionChecker, declaration: FunctionDeclaration) -> CheckedBody:
    """Check a function's statements; reports a missing return."""
    body = declaration.node.body
    _refuse_shadowing(c, declaration)
    statements = block(c, body)
    falls = c.env.reachable
    if falls and not c.refused and not isinstance(c.result, (VoidType, ErrorType)):
        c.report(MissingReturn(declaration.span, declaration.name, _declared_result(c)))
    return CheckedBody(statements, falls)


def _declared_result(c: FunctionChecker) -> str:
    """The result as the function's annotation spells it: `int`, where its type is s32."""
    returns = c.declaration.node.returns
    return str(c.result) if returns is None else ast.unparse(returns)


def _refuse_shadowing(c: FunctionChecker, declaration: FunctionDeclaration) -> None:
    """A local that hides a global of the program is a forgotten `global`: Python would change nothing but the local."""
    bound = c.module.bound_names(declaration)
    for node in bound.stores:
        if node.id not in c.local_names or node.id in c.variables:
            continue
        hidden = c.resolve(node.id)
        if isinstance(hidden, GlobalVariable):
            c.local_names.discard(node.id)
            c.global_names.add(node.id)  # what follows means the global, and says nothing more
            c.undeclared_globals.add(node.id)
            c.report(AssignsGlobal(c.span(node), node.id, f"`{declaration.name}` does not declare it `global`",
                                   "give the local another name" if node in bound.alone else
                                   f"write `global {node.id}` above, or give a local another name"))


def block(c: FunctionChecker, nodes: list[ast.stmt]) -> tuple[Statement, ...]:
    """Check statements in a row; those that nothing reaches are checked, warned about and left out."""
    found: list[Statement] = []
    for node in nodes:
        if not c.env.reachable:
            if not isinstance(node, (ast.Pass, ast.Global)) and not c.dead_reported:
                c.report(Unreachable(_head(c, node)))
                c.dead_reported = True
            c.env = c.env.as_if_reached()
            statement(c, node)
            c.env = c.env.unreachable()
            continue
        made = statement(c, node)
        if made is not None:
            found.append(made)
    return tuple(found)


def _head(c: FunctionChecker, node: ast.stmt) -> Span:
    """The first line of a statement."""
    span = c.span(node)
    if span.end_line == span.line:
        return span
    return Span(span.source, span.line, span.column, span.line, len(span.source.line(span.line).rstrip()) + 1)


def statement(c: FunctionChecker, node: ast.stmt) -> Statement | None:
    """Check one statement; None for one that does nothing or was reported."""
    handler = _HANDLERS.get(type(node))
    if handler is not None:
        made: Statement | None = handler(c, node)
        return made
    what, why, way_out = _REFUSED.get(
        type(node), (f"`{type(node).__name__}`", "it is not part of the language", "write it in another way"))
    c.report(UnsupportedSyntax(_head(c, node), what, why, way_out))
    c.refused = True
    return None


# --- control flow


def _if(c: FunctionChecker, node: ast.If) -> Statement | None:
    tested = condition(c, node.test)
    c.env = tested.when_true
    then = branch(c, node.body)
    after_then = c.env
    c.env = tested.when_false
    otherwise = branch(c, node.orelse)
    c.env = join((after_then, c.env))
    if not c.env.reachable and not (tested.when_true.reachable and tested.when_false.reachable):
        c.dead_reported = True  # the constant of another build, or of another program of a factory, leads on
    if is_error(tested.test):
        return None
    return If(c.span(node.test), tested.test, then, otherwise)


def branch(c: FunctionChecker, nodes: list[ast.stmt]) -> tuple[Statement, ...]:
    """A branch whose condition may be constant: a dead one is checked but says nothing about being dead."""
    if c.env.reachable:
        return block(c, nodes)
    c.env = c.env.as_if_reached()
    block(c, nodes)
    c.env = c.env.unreachable()
    return ()


def _return(c: FunctionChecker, node: ast.Return) -> Statement | None:
    span = c.span(node)
    found = value(c, node.value) if node.value is not None else None
    if isinstance(found, NoneConstant) and isinstance(c.result, VoidType):
        found = None
    env = c.env
    c.env = env.unreachable()
    c.dead_reported = False
    c.returns.append(env)
    if found is None:
        if not isinstance(c.result, (VoidType, ErrorType)):
            c.report(TypeMismatch(span, _declared_result(c), "nothing",
                                  f"the function is declared `-> {_declared_result(c)}`"))
            return None
        return Return(span, None)
    if is_error(found) or isinstance(c.result, ErrorType):
        return None
    if isinstance(c.result, VoidType):
        c.report(TypeMismatch(found.span, "nothing", describe(found),
                              f"declare a result, as in `def {c.declaration.name}(...) -> int:`"))
        return None
    c.env = env  # a message about None looks at what is known here
    if isinstance(c.result, IntType) and isinstance(found.type, (Reference, VoidType)):
        c.report(TypeMismatch(found.span, _declared_result(c), describe(found), way_to(found, c.result)))
        c.env = env.unreachable()
        return None
    if isinstance(c.result, Reference) and isinstance(found.type, Reference) and not isinstance(found, NoneConstant):
        if c.outer is None and not kernel.kept_apart(c, found):
            c.env = env.unreachable()
            return None
        if c.outer is None and on_stack(c, found):
            c.report(NotAReference(found.span, text_of(found), "on the stack, which no function may return",
                                   "make the function `@inline`, or fill an object that the caller passes"))
            c.env = env.unreachable()
            return None
        before = next((one for one in c.returned if isinstance(one, Reference)), found.type)
        if found.type.target == before.target and not same_space(found.type.space, before.space):
            c.report(TypeMismatch(found.span, f"{before} in {before.space.value}",
                                  f"`{found.type} in {found.type.space.value}`",
                                  "memory of different kinds is read in different ways: use two functions"))
            c.env = env.unreachable()
            return None
        c.returned.append(replace(found.type, space=Space.STACK) if on_stack(c, found) else found.type)
        converted = coerce(c, found, Reference(c.result.target, found.type.space, c.result.nullable))
    else:
        converted = coerce(c, found, c.result)
    c.env = env.unreachable()
    if is_error(converted):
        return None
    if c.outer is None:
        _check_verdict(c, converted)
    return Return(span, converted)


def _check_verdict(c: FunctionChecker, found: Expression) -> None:
    """A constant that is returned, also by an arm of a conditional, must be a result that the kernel knows."""
    while isinstance(found, Cast):
        found = found.value
    if isinstance(found, Conditional):
        _check_verdict(c, found.then)
        _check_verdict(c, found.otherwise)
    elif isinstance(found, IntegerConstant):
        c.module.check_verdict(c, found)


def _delete(c: FunctionChecker, node: ast.Delete) -> Statement | None:
    made: list[Statement] = []
    for target in node.targets:
        base = maps.operand(c, check(c, target.value)) if isinstance(target, ast.Subscript) else None
        if base is not None and maps.is_map(base):
            assert isinstance(target, ast.Subscript) and isinstance(base, Static)
            one = maps.delete_item(c, target, base)
            if one is not None:
                made.append(one)
        else:
            c.report(UnsupportedSyntax(c.span(target), "`del` of anything but a map entry",
                                       "variables live until the function ends", "remove it"))
    return Block(c.span(node), tuple(made))


def _assert(c: FunctionChecker, node: ast.Assert) -> Statement | None:
    """A failed assert leaves the program with its kind's neutral result."""
    if node.msg is not None and not (isinstance(node.msg, ast.Constant) and isinstance(node.msg.value, str)):
        c.report(UnsupportedSyntax(c.span(node.msg), "a computed message of an `assert`", "nothing would show it",
                                   "a plain string is a remark for readers; `print` what is to be seen"))
    tested = condition(c, node.test)
    span = c.span(node)
    neutral = c.module.neutral_result(c)
    c.env = tested.when_true
    if is_error(tested.test) or isinstance(c.result, ErrorType):
        return None
    leave: Expression | None
    if isinstance(c.result, VoidType):
        leave = None
    elif isinstance(c.result, Reference):
        if not c.result.nullable:
            c.report(UnsupportedSyntax(span, "`assert` in a function that returns a reference",
                                       "there is nothing to return where it fails", "return None explicitly"))
            return None
        leave = NoneConstant(c.result, span)
    else:
        leave = IntegerConstant(c.result, span, neutral)
    return If(span, tested.test, (), (Return(span, leave),))


def _expression(c: FunctionChecker, node: ast.Expr) -> Statement | None:
    if isinstance(node.value, ast.Constant) and (isinstance(node.value.value, str) or node.value.value is ...):
        return None  # a docstring, or `...`
    found = check(c, node.value)
    if isinstance(found, Static):
        c.report(Unused(found.span))
        return None
    if is_error(found):
        return None
    if isinstance(found.type, CursorType) and isinstance(found, Read):
        return None  # reveal_type(packet): a cursor that nothing is done with has no code
    if isinstance(found, AtomicOperationNode):
        found = AtomicOperationNode(VOID, found.span, found.operator, found.place, found.value, found.expected, False)
    elif not isinstance(found, (CallHelper, CallFunction, InlineCall, Print, CursorSkip, CursorStart, Walrus,
                                Sequenced)) and not isinstance(node.value, ast.Call) \
            and not (isinstance(found, (Conditional, Logical)) and has_effects(found)):
        c.report(Unused(found.span))
    return Evaluate(c.span(node), found)


def _pass(c: FunctionChecker, node: ast.stmt) -> None:
    return None


def _with(c: FunctionChecker, node: ast.With) -> Statement | None:
    from .scopes import with_statement

    return with_statement(c, node)


def _match(c: FunctionChecker, node: ast.Match) -> Statement | None:
    from .patterns import match

    return match(c, node)


_HANDLERS: dict[type[ast.stmt], Any] = {
    ast.Assign: assign,
    ast.AnnAssign: annotated_assign,
    ast.AugAssign: augmented,
    ast.If: _if,
    ast.While: while_loop,
    ast.For: for_loop,
    ast.Match: _match,
    ast.With: _with,
    ast.Break: break_statement,
    ast.Continue: continue_statement,
    ast.Return: _return,
    ast.Delete: _delete,
    ast.Assert: _assert,
    ast.Expr: _expression,
    ast.Pass: _pass,
    ast.Global: _pass,
}

