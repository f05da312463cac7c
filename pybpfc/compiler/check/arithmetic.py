"""Operators on numbers: promotion, shifts, network order, packet pointers, and folding with Python's integers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ..diagnostics.types import (
    CannotOperate,
    ConstantDivision,
    FloatDivision,
    ShiftTooLarge,
)
from ..source import Span
from ..tree import (
    Arithmetic,
    Cast,
    Expression,
    IntegerConstant,
    PacketLength,
    PacketOffset,
    StringConstant,
)
from ..types import (
    BOOL,
    LITERAL,
    PACKET_POINTER,
    S32,
    U64,
    BeType,
    BoolType,
    IntType,
    LiteralType,
    Reference,
    Space,
    is_aggregate,
    is_scalar,
)
from .conversions import (
    adopt,
    coerce,
    common_type,
    convert,
    describe,
    error_at,
    is_error,
    is_literal,
    not_none,
    promoted,
    text_of,
)
from .function import FunctionChecker

if TYPE_CHECKING:
    from collections.abc import Callable

_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.FloorDiv: "//", ast.Mod: "%", ast.Div: "/", ast.Pow: "**",
    ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.MatMult: "@",
}


def operator_text(node: ast.operator) -> str:
    return _OPERATORS[type(node)]


def arithmetic(c: FunctionChecker, span: Span, operator: str, left: Expression, right: Expression) -> Expression:
    """`left operator right` by the language's rules of promotion."""
    if is_error(left) or is_error(right):
        return error_at(span)
    if operator == "/":
        c.report(FloatDivision(span))
        return error_at(span)
    if is_literal(left) and is_literal(right):
        return fold(c, span, operator, left, right)
    pointer = _pointer_arithmetic(c, span, operator, left, right)
    if pointer is not None:
        return pointer
    if isinstance(left.type, BeType) or isinstance(right.type, BeType):
        return _network_bits(c, span, operator, left, right)
    if isinstance(left.type, BoolType) and isinstance(right.type, BoolType) and operator in "&|^":
        return Arithmetic(BOOL, span, operator, left, right)
    left, right = _bool_as_integer(left, right), _bool_as_integer(right, left)
    if operator in ("**", "@") or not all(isinstance(e.type, (IntType, LiteralType)) for e in (left, right)):
        way_out = "`**` takes constants only; multiply, or shift for powers of two" if operator == "**" else \
            "format it in `print(f\"...\")`" if isinstance(left, StringConstant) and operator == "%" else \
            "arithmetic works on host integers"
        c.report(CannotOperate(span, operator, describe(left).strip("`"), describe(right).strip("`"), way_out))
        return error_at(span)
    if operator in ("<<", ">>"):
        return _shift(c, span, operator, left, right)
    if is_literal(left):
        assert isinstance(right.type, IntType)
        type_ = promoted(operator, right.type)
        left = adopt(c, left, type_)
    elif is_literal(right):
        assert isinstance(left.type, IntType)
        type_ = promoted(operator, left.type)
        if operator in ("//", "%") and isinstance(right, IntegerConstant) and right.value == 0:
            c.report(ConstantDivision(right.span))
            return error_at(span)
        right = adopt(c, right, type_)
    else:
        assert isinstance(left.type, IntType) and isinstance(right.type, IntType)
        type_ = promoted(operator, common_type(left.type, right.type))
    if is_error(left) or is_error(right):
        return error_at(span)
    if isinstance(right, IntegerConstant) and right.value == 0 and operator in ("//", "%"):
        c.report(ConstantDivision(right.span))
        return error_at(span)
    return Arithmetic(type_, span, operator, coerce(c, left, type_), coerce(c, right, type_))


def _bool_as_integer(expression: Expression, other: Expression) -> Expression:
    if not isinstance(expression.type, BoolType):
        return expression
    target = other.type if isinstance(other.type, IntType) else S32
    return Cast(target, expression.span, expression)


def _shift(c: FunctionChecker, span: Span, operator: str, left: Expression, right: Expression) -> Expression:
    if is_literal(left):
        assert isinstance(right.type, IntType)
        left = adopt(c, left, promoted(operator, right.type))
        if is_error(left):
            return left
    assert isinstance(left.type, IntType)
    type_ = promoted(operator, left.type)
    if isinstance(right, IntegerConstant):
        if not 0 <= right.value < type_.bits:
            way_out = "shift the other way" if right.value < 0 else "widen the left side first, as in `u64(x) << n`"
            c.report(ShiftTooLarge(right.span, right.value, str(type_), type_.bits, way_out))
            return error_at(span)
        right = IntegerConstant(type_, right.span, right.value)
    return Arithmetic(type_, span, operator, convert(left, type_), right)


def _network_bits(c: FunctionChecker, span: Span, operator: str, left: Expression, right: Expression) -> Expression:
    """Network-order integers can be masked with each other: no bit changes its place."""
    type_ = left.type if isinstance(left.type, BeType) else right.type
    if operator in ("&", "|", "^"):
        left, right = coerce(c, left, type_), coerce(c, right, type_)
        if is_error(left) or is_error(right):
            return error_at(span)
        return Arithmetic(type_, span, operator, left, right)
    assert isinstance(type_, BeType)
    from .conversions import TO_HOST

    c.report(CannotOperate(span, operator, describe(left).strip("`"), describe(right).strip("`"),
                           f"convert it first: `{TO_HOST[type_.bits]}(x)` gives a host integer"))
    return error_at(span)


def _pointer_arithmetic(c: FunctionChecker, span: Span, operator: str, left: Expression,
                        right: Expression) -> Expression | None:
    if not isinstance(left.type, Reference) and not isinstance(right.type, Reference):
        return None
    if _is_packet(right) and not isinstance(left.type, Reference) and operator == "+":
        left, right = right, left
    if _is_packet(left) and operator in ("+", "-") and not isinstance(right.type, Reference):
        left = not_none(c, left)
        offset = coerce(c, right, U64)
        if is_error(left) or is_error(offset):
            return error_at(span)
        return PacketOffset(PACKET_POINTER, span, left, offset, operator == "-")
    if operator == "-" and _is_packet(left, end=True) and _is_packet(right, end=True):
        return PacketLength(U64, span, not_none(c, left), not_none(c, right))
    for side in (left, right):
        if isinstance(side.type, Reference) and is_scalar(side.type.target):
            c.report(CannotOperate(span, operator, describe(left).strip("`"), describe(right).strip("`"),
                                   f"read the scalar: `{text_of(side)}.value`"))
            return error_at(span)
    aggregate = any(isinstance(side.type, Reference) and is_aggregate(side.type.target) for side in (left, right))
    c.report(CannotOperate(span, operator, describe(left).strip("`"), describe(right).strip("`"),
                           "compute with its fields or elements" if aggregate else
                           "only packet pointers take offsets; `u64(p)` is a pointer's address"))
    return error_at(span)


def _is_packet(expression: Expression, *, end: bool = False) -> bool:
    type_ = expression.type
    if not isinstance(type_, Reference):
        return False
    return type_.space is Space.PACKET or (end and type_.space is Space.PACKET_END)


def fold(c: FunctionChecker, span: Span, operator: str, left: Expression, right: Expression) -> Expression:
    """Constants compute as Python's unbounded integers do."""
    assert isinstance(left, IntegerConstant) and isinstance(right, IntegerConstant)
    a, b = left.value, right.value
    complement = left.complement or right.complement
    if operator in ("//", "%") and b == 0:
        c.report(ConstantDivision(right.span))
        return error_at(span)
    if operator == "**" and not 0 <= b < 512:
        c.report(CannotOperate(span, operator, "integer", "integer", "a negative power is a float, and BPF has none"
                               if b < 0 else "no type of BPF has as many bits"))
        return error_at(span)
    if operator in ("<<", ">>") and not 0 <= b < 512:
        c.report(ShiftTooLarge(right.span, b, "an integer constant", 512,
                               "shift the other way" if b < 0 else "no type of BPF has as many bits"))
        return error_at(span)
    compute: dict[str, Callable[[int, int], int]] = {
        "+": int.__add__, "-": int.__sub__, "*": int.__mul__, "//": int.__floordiv__, "%": int.__mod__,
        "<<": int.__lshift__, ">>": int.__rshift__, "&": int.__and__, "|": int.__or__, "^": int.__xor__,
        "**": int.__pow__,
    }
    if operator not in compute:
        c.report(CannotOperate(span, operator, "integer", "integer", "BPF has no matrices"))
        return error_at(span)
    return IntegerConstant(LITERAL, span, compute[operator](a, b), complement)
