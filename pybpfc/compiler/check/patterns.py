"""match statements: a chain of comparisons with a subject that is evaluated once."""

from __future__ import annotations

import ast

from ..diagnostics.types import RepeatedCase, WrongPattern
from ..source import Span
from ..tree import (
    Assign,
    Block,
    Expression,
    If,
    IntegerConstant,
    Logical,
    NoneConstant,
    Read,
    Statement,
    VariablePlace,
)
from ..types import BOOL, ERROR, Reference
from .conditions import Condition, compare, condition, truth
from .conversions import error_at, is_error, settle
from .environment import Environment, join
from .expressions import value
from .function import FunctionChecker, missing


def match(c: FunctionChecker, node: ast.Match) -> Statement | None:
    """Check a `match`: literals, dotted constants, `|`, `_`, None and guards."""
    span = c.span(node.subject)
    subject = settle(c, value(c, node.subject))
    before: list[Statement] = []
    held = subject
    if not isinstance(subject, IntegerConstant) and not is_error(subject) \
            and not (isinstance(subject, Read) and isinstance(subject.place, VariablePlace)):
        variable = c.hidden("subject", subject.type, span)
        place = VariablePlace(subject.type, span, variable)
        before.append(Assign(span, (place,), subject))
        held = Read(subject.type, span, place)
    ends: list[Environment] = []
    arms: list[tuple[Expression | None, tuple[Statement, ...], ast.match_case]] = []
    failed = is_error(subject)
    seen: dict[int, Span] = {}
    for case in node.cases:
        tested = _pattern(c, case.pattern, held)
        reported = tested is None
        _warn_if_repeated(c, case, seen)
        if tested is None:
            failed = True
            tested = Condition(error_at(span), c.env.copy(), c.env.copy())
        test: Expression | None = None if _always(tested) else tested.test
        c.env = tested.when_true
        after_failed = tested.when_false
        if case.guard is not None and not reported:
            guard = condition(c, case.guard)
            failed = failed or is_error(guard.test)
            test = guard.test if test is None else Logical(BOOL, c.span(case.guard), "and", (test, guard.test))
            after_failed = join((after_failed, guard.when_false))
            c.env = guard.when_true
        from .statements import block

        if c.env.reachable:
            body = block(c, case.body)
        else:
            c.env = c.env.as_if_reached()
            block(c, case.body)
            c.env = c.env.unreachable()
            body = ()
        ends.append(c.env)
        arms.append((test, body, case))
        c.env = after_failed
        if test is None:
            c.env = c.env.unreachable()
    c.env = join((*ends, c.env))
    if failed:
        return None
    otherwise: tuple[Statement, ...] = ()
    for test, body, case in reversed(arms):
        if test is None:
            otherwise = body
        else:
            otherwise = (If(c.span(case.pattern), test, body, otherwise),)
    return Block(span, (*before, *otherwise))


def _warn_if_repeated(c: FunctionChecker, case: ast.match_case, seen: dict[int, Span]) -> None:
    """Constants that a case without a guard has matched before."""
    parts = case.pattern.patterns if isinstance(case.pattern, ast.MatchOr) else [case.pattern]
    for part in parts:
        wanted = value(c, part.value) if isinstance(part, ast.MatchValue) else None
        if not isinstance(wanted, IntegerConstant) or is_error(wanted):
            continue
        first = seen.get(wanted.value)
        if first is not None:
            c.report(RepeatedCase(wanted.span, wanted.value, first))
        elif case.guard is None:
            seen[wanted.value] = wanted.span


def _always(tested: Condition) -> bool:
    return isinstance(tested.test, IntegerConstant) and tested.test.value == 1


def _pattern(c: FunctionChecker, pattern: ast.pattern, subject: Expression) -> Condition | None:
    """The condition under which a pattern matches; None where it was reported."""
    span = c.span(pattern)
    for part in ast.walk(pattern):
        if isinstance(part, (ast.MatchAs, ast.MatchStar)) and part.name is not None and part.name not in c.variables:
            c.declare(part.name, ERROR, c.span(part))  # refused below: what follows from it is silent
    if isinstance(pattern, ast.MatchAs) and pattern.pattern is None:
        if pattern.name is None:
            return Condition(IntegerConstant(BOOL, span, 1), c.env.copy(), c.env.unreachable())
        found = c.resolve(pattern.name)
        if missing(found):
            c.report(WrongPattern(span, f"the pattern `{pattern.name}` would match anything and bind a name",
                                  "write `_`, and use the subject's own name"))
        else:
            c.report(WrongPattern(span, f"the pattern `{pattern.name}` would match anything: a bare name is bound, "
                                  "not compared",
                                  f"write it with a dot, as `module.{pattern.name}` or `Enum.{pattern.name}`"))
        return None
    if isinstance(pattern, ast.MatchOr):
        return _alternatives(c, pattern, subject)
    if isinstance(pattern, ast.MatchSingleton) and pattern.value is None:
        if not isinstance(subject.type, Reference):
            c.report(WrongPattern(span, f"`None` never matches `{subject.type}`", "only references can be None"))
            return None
        from .conditions import _none_test

        return _none_test(c, subject, is_none=True)
    if isinstance(pattern, (ast.MatchValue, ast.MatchSingleton)):
        if isinstance(pattern, ast.MatchValue):
            wanted = value(c, pattern.value)
        else:
            wanted = IntegerConstant(BOOL, span, int(bool(pattern.value)))
        if is_error(wanted) or is_error(subject):
            return None
        if isinstance(wanted, NoneConstant):
            c.report(WrongPattern(span, "this constant is None", "write `case None:`"))
            return None
        test = compare(c, span, "==", subject, wanted)
        return None if is_error(test) else truth(c, test)
    c.report(WrongPattern(span, "this pattern takes a value apart",
                          "BPF programs match literals, dotted constants, `|` and `_`"))
    return None


def _alternatives(c: FunctionChecker, pattern: ast.MatchOr, subject: Expression) -> Condition | None:
    tests: list[Expression] = []
    matched: list[Environment] = []
    for item in pattern.patterns:
        tested = _pattern(c, item, subject)
        if tested is None:
            return None
        tests.append(tested.test)
        matched.append(tested.when_true)
        c.env = tested.when_false
    return Condition(Logical(BOOL, c.span(pattern), "or", tuple(tests)), join(matched), c.env)


