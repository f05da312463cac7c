"""The model's comparisons: chains, membership, memory, text, None."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from .expressions import OPERATORS, Code, Compiler, Run, adopted, settled
from .kinds import Aggregate, Be, Bool, Illegal, Kind, Literal, Text, common, compared
from .memory import equal, text_of
from .model import Frame, Map


def comparison(c: Compiler, node: ast.Compare) -> Run:
    """A comparison as a test; in a chain each operand is evaluated once, and only while the chain holds."""
    if len(node.ops) == 1:
        operator, right = node.ops[0], node.comparators[0]
        if isinstance(operator, (ast.In, ast.NotIn)):
            found = _membership(c, node.left, right)
            return found if isinstance(operator, ast.In) else lambda frame: not found(frame)
        if isinstance(operator, (ast.Is, ast.IsNot)):
            run, wanted = c.value(node.left).run, isinstance(operator, ast.Is)
            return lambda frame: (run(frame) is None) == wanted
        if isinstance(right, ast.Constant) and isinstance(right.value, (str, bytes)):
            return _text(c.value(node.left), right.value, isinstance(operator, ast.Eq))
    operands = [c.value(item) for item in (node.left, *node.comparators)]
    symbols = [OPERATORS[type(operator)] for operator in node.ops]
    tests = [_test(symbol, left.kind, right.kind, left, right)
             for symbol, left, right in zip(symbols, operands, operands[1:], strict=False)]

    def run_chain(frame: Frame) -> bool:
        left = operands[0].run(frame)
        for operand, test in zip(operands[1:], tests, strict=True):
            right = operand.run(frame)
            if not test(left, right):
                return False
            left = right
        return True

    return run_chain


def _test(symbol: str, a: Kind, b: Kind, left: Code, right: Code) -> Callable[[Any, Any], bool]:
    """A test of two computed values; that their types may meet is checked here, once."""
    if isinstance(a, Aggregate) and a == b:
        if symbol not in ("==", "!="):
            raise Illegal("memory is equal or not")
        return lambda x, y: equal(x, y) == (symbol == "==")
    if isinstance(a, (Be, Bool)) or isinstance(b, (Be, Bool)):
        if a != b and not isinstance(a, Literal) and not isinstance(b, Literal):
            raise Illegal(f"{a.name} {symbol} {b.name}")
    elif isinstance(a, Literal) and not isinstance(b, Literal):
        constant = adopted(left, b).constant
        return lambda _, y: compared(symbol, constant, y)
    elif isinstance(b, Literal) and not isinstance(a, Literal):
        constant = adopted(right, a).constant
        return lambda x, _: compared(symbol, x, constant)
    elif not isinstance(a, Literal):
        common(a, b)
    return lambda x, y: compared(symbol, x, y)


def _text(left: Code, literal: str | bytes, wanted: bool) -> Run:
    raw = literal.encode() if isinstance(literal, str) else literal
    if not isinstance(left.kind, Text) or len(raw) > left.kind.count:
        raise Illegal("text comparison")
    run = left.run
    return lambda frame: (text_of(run(frame)) == raw) == wanted


def _membership(c: Compiler, subject: ast.expr, container: ast.expr) -> Run:
    if isinstance(container, ast.Name) and container.id in c.model.maps:
        from .calls import key_of

        map_: Map = c.model.maps[container.id]
        key = key_of(c, map_, subject)
        return lambda frame: map_.lookup(key(frame)) is not None
    if not isinstance(container, ast.Tuple):
        raise Illegal(f"in {ast.unparse(container)}")
    left = settled(c.value(subject))
    elements = [c.value(item) for item in container.elts]
    tests = [_test("==", left.kind, item.kind, left, item) for item in elements]

    def run(frame: Frame) -> bool:
        found = left.run(frame)
        values = [item.run(frame) for item in elements]  # Python builds the tuple first
        return any(test(found, value) for test, value in zip(tests, values, strict=True))

    return run
