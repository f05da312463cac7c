"""`while`, and `for` over each mechanism that BPF has for loops."""

from __future__ import annotations

import ast

from ...tables import kfuncs
from ..diagnostics.types import (
    CannotAssign,
    NotIterable,
    OneType,
    TypeMismatch,
)
from ..source import Span
from ..tree import (
    Break,
    Continue,
    Expression,
    ForIterator,
    ForRange,
    ForValues,
    IntegerConstant,
    Read,
    Statement,
    StringConstant,
    VariablePlace,
    While,
)
from ..types import (
    LITERAL,
    S32,
    S64,
    U32,
    IntType,
    LiteralType,
    OpaqueType,
    Reference,
    Space,
    is_scalar,
)
from . import maps
from .assignments import assigned_value
from .conditions import condition
from .conversions import coerce, common_type, contains, describe, error_at, is_error, is_literal, text_of
from .environment import assigned_names, join
from .expressions import (
    check,
    integer,
    to_value,
    value,
)
from .function import FunctionChecker, Loop, Static


def while_loop(c: FunctionChecker, node: ast.While) -> Statement | None:
    from .statements import branch

    _forget_assigned(c, [node])
    tested = condition(c, node.test)
    loop = Loop()
    c.loops.append(loop)
    c.env = tested.when_true
    body = branch(c, node.body)
    c.loops.pop()
    c.env = tested.when_false
    otherwise = branch(c, node.orelse) if node.orelse else ()
    c.env = join((c.env, *loop.breaks))
    if is_error(tested.test):
        return None
    forever = isinstance(tested.test, IntegerConstant) and tested.test.value != 0
    return While(c.span(node.test), None if forever else tested.test, body, otherwise)


def _forget_assigned(c: FunctionChecker, nodes: list[ast.AST]) -> None:
    """At a loop's head nothing is known about what the loop assigns."""
    names = assigned_names(nodes)
    c.env.forget([variable for name, variable in c.variables.items() if name in names])


def for_loop(c: FunctionChecker, node: ast.For) -> Statement | None:
    span = c.span(node)
    call = node.iter
    if isinstance(node.target, ast.Name) and node.target.id in c.undeclared_globals:
        return None
    if not isinstance(node.target, ast.Name) or node.target.id in c.global_names:
        c.report(CannotAssign(c.span(node.target), ast.unparse(node.target), "a loop has one variable, a local",
                              "give the loop's variable another name" if isinstance(node.target, ast.Name) else
                              _one_variable(c, node.iter)))
        return None
    if isinstance(call, ast.Call):
        callee = check(c, call.func)
        if isinstance(callee, Static):
            if callee.value is range:
                return _for_range(c, node, node.target, call)
            intrinsic = getattr(callee.value, "__pybpfc_intrinsic__", None)
            if intrinsic == "unrolled":
                return _for_unrolled(c, node, node.target, call)
            if intrinsic in ("bpf_for", "bpf_repeat"):
                return _for_iterator(c, node, node.target, call, intrinsic)
            if intrinsic == "bpf_for_each":
                return _for_each(c, node, node.target, call)
    elif isinstance(call, ast.Tuple):
        return _for_values(c, node, node.target, [value(c, item) for item in call.elts])
    else:
        found = check(c, call)
        if isinstance(found, Static) and isinstance(found.value, (tuple, range)) and len(found.value) <= 256:
            items = [to_value(c, Static(item, found.span, repr(item))) for item in found.value]
            return _for_values(c, node, node.target, items)
        if not isinstance(found, Expression) or not is_error(found):
            c.report(NotIterable(c.span(call), ast.unparse(call), _way_to_loop(found)))
        _body_only(c, node, span)
        return None
    if not isinstance(callee, Expression) or not is_error(callee):
        c.report(NotIterable(c.span(call), ast.unparse(call), "loop over `range(...)`"))
    _body_only(c, node, span)
    return None


def _one_variable(c: FunctionChecker, source: ast.expr) -> str:
    """How to loop where each round was to have several values."""
    if isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute) and maps.is_map(
            check(c, source.func.value)):
        return _way_to_loop(check(c, source.func.value))
    return "loop over indexes: `for i in range(n):`"


def _way_to_loop(found: Expression | Static) -> str:
    """How to loop over what `for` cannot loop over."""
    if maps.is_map(found):
        return "look up the keys you know, or call `bpf_for_each_map_elem`; user space iterates over a map"
    if isinstance(found, Static):
        return "keep it in a tuple to loop over constants"
    if isinstance(found.type, (IntType, LiteralType)):
        return f"loop over numbers: `for i in range({text_of(found)}):`"
    if isinstance(found, StringConstant):
        return "there are no strings at run time; a tuple of numbers can be looped over"
    return "loop over the indexes: `for i in range(len(x)):`"


def _body_only(c: FunctionChecker, node: ast.For, span: Span, *, number: bool = True) -> None:
    """The loop was reported; its body is checked for what else is wrong. `number`: its variable would be one."""
    from .statements import block

    assert isinstance(node.target, ast.Name)
    item = Read(U32, span, VariablePlace(U32, span, c.hidden("item", U32, span)))
    c.bind(node.target.id, item if number else error_at(span), node.target)
    c.loops.append(Loop())
    block(c, node.body)
    c.loops.pop()
    c.env.reachable = True


def _for_range(c: FunctionChecker, node: ast.For, target: ast.Name, call: ast.Call) -> Statement | None:
    span = c.span(node.iter)
    bounds = [integer(c, item) for item in call.args]
    if call.keywords or not 1 <= len(bounds) <= 3:
        c.report(NotIterable(span, ast.unparse(call), "range takes one to three integers"))
        _body_only(c, node, span)
        return None
    step = 1
    if len(bounds) == 3:
        last = bounds.pop()
        if not isinstance(last, IntegerConstant) or last.value == 0:
            if not is_error(last):
                c.report(NotIterable(last.span, ast.unparse(call), "the step must be a constant other than 0"))
            _body_only(c, node, span)
            return None
        step = last.value
    if len(bounds) == 1:
        bounds.insert(0, IntegerConstant(LITERAL, span, 0))
    if any(map(is_error, bounds)):
        _body_only(c, node, span)
        return None
    type_ = _range_type(bounds)
    start, stop = (coerce(c, item, type_) for item in bounds)
    if is_error(start) or is_error(stop):
        _body_only(c, node, span)
        return None
    _forget_assigned(c, [node])
    known = c.variables.get(target.id)
    if known is not None and isinstance(known.type, IntType) and not known.type.signed \
            and isinstance(start, IntegerConstant) and start.value < 0:
        c.report(OneType(span, target.id, str(known.type), str(type_), known.span,
                         f"use another name, or annotate it before its first use: `{target.id}: {type_}`"))
        _body_only(c, node, span)
        return None
    item = Read(type_, c.span(target), VariablePlace(type_, c.span(target), c.hidden("item", type_, span)))
    variable, _ = assigned_value(c, target.id, item, target)
    if variable is None:
        _body_only(c, node, span)
        return None
    turns = isinstance(start, IntegerConstant) and isinstance(stop, IntegerConstant) \
        and len(range(start.value, stop.value, step)) > 0
    body, otherwise = _loop_body(c, node, turns=turns)
    return ForRange(span, variable, start, stop, step, body, otherwise)


def _range_type(bounds: list[Expression]) -> IntType:
    """u32 where all bounds are non-negative constants or unsigned up to 32 bits, else their common type."""
    small = True
    common: IntType | None = None
    for item in bounds:
        if isinstance(item, IntegerConstant) and is_literal(item):
            small = small and 0 <= item.value <= U32.maximum
        else:
            assert isinstance(item.type, IntType)
            small = small and not item.type.signed and item.type.bits <= 32
            common = item.type if common is None else common_type(common, item.type)
    if small:
        return U32
    for item in bounds:
        if isinstance(item, IntegerConstant) and is_literal(item) and common is not None \
                and not common.holds(item.value):
            # a negative bound beside an unsigned one: the next signed type holds both
            common = S64 if contains(S64, common) else common
    return common or S64


def _loop_body(c: FunctionChecker, node: ast.For, loop: Loop | None = None, *,
               turns: bool = False) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """The body and what is behind `else`. `turns`: behind the last value, the body has run."""
    from .statements import block, branch

    before = c.env.copy()
    loop = loop or Loop()
    c.loops.append(loop)
    body = block(c, node.body)
    c.loops.pop()
    ways = [c.env, *loop.continues]
    if not turns or not any(way.reachable for way in ways):
        ways.append(before)  # where each round leaves, type checkers of Python want a `return` behind the loop
    c.env = join(ways)
    otherwise = branch(c, node.orelse) if node.orelse else ()
    c.env = join((c.env, *loop.breaks))
    return body, otherwise


def _for_iterator(c: FunctionChecker, node: ast.For, target: ast.Name, call: ast.Call, name: str) -> Statement | None:
    """`bpf_for(a, b)` and `bpf_repeat(n)`: the kernel's number iterator, which counts in s32."""
    span = c.span(node.iter)
    wanted = 2 if name == "bpf_for" else 1
    if call.keywords or len(call.args) != wanted:
        takes = "a start and a stop" if wanted == 2 else "a count"
        c.report(NotIterable(span, ast.unparse(call), f"{name} takes {takes}"))
        _body_only(c, node, span)
        return None
    bounds = [coerce(c, integer(c, item), S32) for item in call.args]
    if any(map(is_error, bounds)):
        _body_only(c, node, span)
        return None
    if wanted == 1:
        bounds.insert(0, IntegerConstant(S32, span, 0))
    _forget_assigned(c, [node])
    item = Read(S32, c.span(target), VariablePlace(S32, c.span(target), c.hidden("item", S32, span)))
    variable, _ = assigned_value(c, target.id, item, target)
    if variable is None:
        _body_only(c, node, span)
        return None
    body, otherwise = _loop_body(c, node)
    return ForIterator(span, variable, OpaqueType("bpf_iter_num", 8, 8), tuple(bounds), Reference(S32, Space.MEMORY),
                       True, kfuncs.by_name("bpf_iter_num_new"), kfuncs.by_name("bpf_iter_num_next"),
                       kfuncs.by_name("bpf_iter_num_destroy"), body, otherwise)


def _for_each(c: FunctionChecker, node: ast.For, target: ast.Name, call: ast.Call) -> Statement | None:
    """`bpf_for_each("task", None, 0)`: any open-coded iterator of the kernel."""
    from . import iterators

    span = c.span(node.iter)
    found = iterators.iterate(c, call)
    if found is None:
        _body_only(c, node, span)
        return None
    _forget_assigned(c, [node])
    type_ = found.item.target if is_scalar(found.item.target) else found.item
    item = Read(type_, c.span(target), VariablePlace(type_, c.span(target), c.hidden("item", type_, span)))
    variable, _ = assigned_value(c, target.id, item, target)
    if variable is None:
        _body_only(c, node, span)
        return None
    state = c.hidden("iterator", Reference(found.state, Space.STACK), span)
    body, otherwise = _loop_body(c, node, Loop(iterates=found.name, iterator=state))
    return ForIterator(span, variable, found.state, found.arguments, found.item, False, found.create, found.advance,
                       found.destroy, body, otherwise, state)


def _for_unrolled(c: FunctionChecker, node: ast.For, target: ast.Name, call: ast.Call) -> Statement | None:
    span = c.span(node.iter)
    inner = call.args[0] if len(call.args) == 1 else None
    callee = check(c, inner.func) if isinstance(inner, ast.Call) else None
    bounds = [integer(c, item) for item in inner.args] if isinstance(inner, ast.Call) else []
    numbers = [item.value for item in bounds if isinstance(item, IntegerConstant)]
    if not isinstance(callee, Static) or callee.value is not range or not 1 <= len(bounds) <= 3 \
            or len(numbers) != len(bounds) or (len(numbers) == 3 and numbers[2] == 0):
        c.report(NotIterable(span, ast.unparse(call), "`unrolled(range(...))` takes constants"))
        _body_only(c, node, span)
        return None
    turns = range(*numbers)
    if len(turns) > 1024:
        c.report(NotIterable(span, ast.unparse(call), f"{len(turns)} copies of the body are too many: use `range`"))
        _body_only(c, node, span)
        return None
    return _for_values(c, node, target, [IntegerConstant(LITERAL, span, number) for number in turns],
                       U32 if all(0 <= number <= U32.maximum for number in turns) else S64)


def _for_values(c: FunctionChecker, node: ast.For, target: ast.Name, items: list[Expression],
                default: IntType = S64) -> Statement | None:
    """The body once for each value."""
    span = c.span(node.iter)
    if any(map(is_error, items)):
        _body_only(c, node, span, number=False)
        return None
    known = next((item.type for item in items if not is_literal(item)), None)
    text = next((item for item in items if isinstance(item, StringConstant)), None)
    if text is not None:
        c.report(TypeMismatch(text.span, "a number", describe(text), "a loop goes over numbers; compare a `Str` with "
                                                                     "each text by `==`"))
        _body_only(c, node, span, number=False)
        return None
    numbers = [item.value for item in items if isinstance(item, IntegerConstant)]
    type_ = known if known is not None else (
        U32 if default == U32 or all(0 <= number <= U32.maximum for number in numbers) else S64)
    values = tuple(coerce(c, item, type_) for item in items)
    if any(map(is_error, values)):
        _body_only(c, node, span)
        return None
    _forget_assigned(c, [node])
    probe = Read(type_, c.span(target), VariablePlace(type_, c.span(target), c.hidden("item", type_, span)))
    variable, _ = assigned_value(c, target.id, probe, target)
    if variable is None:
        _body_only(c, node, span)
        return None
    values = tuple(coerce(c, item, variable.type) for item in values)
    body, otherwise = _loop_body(c, node, turns=bool(values))
    if any(map(is_error, values)):
        return None
    return ForValues(span, variable, values, body, otherwise)


def break_statement(c: FunctionChecker, node: ast.Break) -> Statement:
    c.loops[-1].breaks.append(c.env)
    c.env = c.env.unreachable()
    c.dead_reported = False
    return Break(c.span(node))


def continue_statement(c: FunctionChecker, node: ast.Continue) -> Statement:
    c.loops[-1].continues.append(c.env)
    c.env = c.env.unreachable()
    c.dead_reported = False
    return Continue(c.span(node))
