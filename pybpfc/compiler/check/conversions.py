"""Which type a value takes where it is used: adoption of constants, widening, implicit narrowing, None."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ...record import replace
from ..diagnostics.types import ByteOrder, LiteralDoesNotFit, MayBeNone, NegativeLiteral, TypeMismatch
from ..source import Span
from ..tree import (
    AddressOf,
    Cast,
    Expression,
    IntegerConstant,
    NoneConstant,
    Read,
    StringConstant,
    VariablePlace,
)
from ..types import (
    BOOL,
    ERROR,
    LITERAL,
    S32,
    S64,
    ArrayType,
    BeType,
    BoolType,
    ErrorType,
    IntType,
    LiteralType,
    Reference,
    StringType,
    Type,
    VoidType,
)

if TYPE_CHECKING:
    from .function import FunctionChecker

# Both ways of the same swap are named, so that a message can offer the one that is meant.
TO_HOST = {16: "ntohs", 32: "ntohl", 64: "be64_to_cpu"}
TO_NETWORK = {16: "htons", 32: "htonl", 64: "cpu_to_be64"}


def is_literal(expression: Expression) -> bool:
    return isinstance(expression.type, LiteralType)


def adopt(c: FunctionChecker, literal: Expression, target: Type) -> Expression:
    """Give a constant the type it is used at; it must fit."""
    if not isinstance(literal, IntegerConstant):
        assert c.inferring  # a variable to which only constants were assigned so far
        return replace(literal, type=target)
    value, span = literal.value, literal.span
    if isinstance(target, IntType):
        if target.holds(value):
            return IntegerConstant(target, span, value)
        if value < 0 and not target.signed:
            if literal.complement and -value - 1 <= target.maximum:
                return IntegerConstant(target, span, value & target.maximum)
            c.report(NegativeLiteral(span, value, target))
        else:
            c.report(LiteralDoesNotFit(span, value, target, target.minimum, target.maximum))
        return error_at(span)
    if isinstance(target, BoolType) and value in (0, 1) and c.inferring:
        return IntegerConstant(BOOL, span, value)
    if isinstance(target, BeType):
        if value == 0:  # zero has no byte order
            return IntegerConstant(target, span, 0)
        c.report(ByteOrder(span, "an integer constant", str(target), f"{TO_NETWORK[target.bits]}({value:#x})"))
        return error_at(span)
    if isinstance(target, ErrorType):
        return error_at(span)
    c.report(TypeMismatch(span, str(target), f"the integer {value}", _way_out(LITERAL, target)))
    return error_at(span)


def settle(c: FunctionChecker, expression: Expression) -> Expression:
    """A constant that nothing else gives a type to is s64."""
    if isinstance(expression, IntegerConstant) and is_literal(expression):
        if not S64.holds(expression.value) and expression.value >= 0:
            from ..types import U64

            return adopt(c, expression, U64)
        return adopt(c, expression, S64)
    return expression


def coerce(c: FunctionChecker, expression: Expression, target: Type) -> Expression:
    """The expression as a value of `target`, by conversions that lose nothing or are checked later; else an error."""
    found = expression.type
    if found == target or isinstance(found, ErrorType):
        return expression
    if isinstance(target, ErrorType):
        return error_at(expression.span)
    if isinstance(found, LiteralType):
        return adopt(c, expression, target)
    if isinstance(target, IntType):
        if isinstance(found, IntType):
            return convert(expression, target, implicit=not contains(target, found))
        if isinstance(found, BoolType):
            return Cast(target, expression.span, expression)
    if isinstance(target, Reference):
        return _coerce_reference(c, expression, target)
    if isinstance(found, BeType) and isinstance(target, IntType):
        c.report(ByteOrder(expression.span, str(found), str(target), f"{TO_HOST[found.bits]}({text_of(expression)})"))
    elif isinstance(found, IntType) and isinstance(target, BeType):
        c.report(ByteOrder(expression.span, str(found), str(target),
                           f"{TO_NETWORK[target.bits]}({text_of(expression)})"))
    else:
        c.report(TypeMismatch(expression.span, str(target), describe(expression), way_to(expression, target)))
    return error_at(expression.span)


def _coerce_reference(c: FunctionChecker, expression: Expression, target: Reference) -> Expression:
    found = expression.type
    if isinstance(expression, NoneConstant):
        if target.nullable:
            return NoneConstant(target, expression.span)
        c.report(TypeMismatch(expression.span, str(target), "None",
                              "write `| None` where None is meant to be possible"))
        return error_at(expression.span)
    if isinstance(found, Reference) and found.target == target.target:
        if found.nullable and not target.nullable:
            return not_none(c, expression)
        return expression
    c.report(TypeMismatch(expression.span, str(target), describe(expression), ""))
    return error_at(expression.span)


def not_none(c: FunctionChecker, expression: Expression) -> Expression:
    """The expression as a reference that is known not to be None, or an error that says to test it."""
    type_ = expression.type
    if not isinstance(type_, Reference) or not type_.nullable:
        return expression
    text = text_of(expression)
    variable = expression.place.variable if isinstance(expression, Read) and isinstance(
        expression.place, VariablePlace) else None
    origin = c.origins.get(variable) if variable is not None else None
    is_none = variable is not None and c.env.knows(variable) is False
    c.report(MayBeNone(expression.span, text, "is always None" if is_none else "may be None", type_,
                       origin[0] if origin else None, origin[1] if origin else "", c.none_reason(expression),
                       way_past_none(expression)))
    if variable is not None:
        c.env.learn(variable, True)  # one forgotten test is one error, not one for each use that follows
    return error_at(expression.span)


def way_past_none(expression: Expression) -> str:
    """How to test an expression for None: a variable by its name, anything else by a variable that keeps it."""
    text = text_of(expression)
    if isinstance(expression, Read) and isinstance(expression.place, VariablePlace):
        return f"test it first: `if {text} is None: return ...`"
    return f"keep it in a variable and test that: `x = {text}`, then `if x is None: return ...`"


def contains(wide: IntType, narrow: IntType) -> bool:
    """Whether every value of `narrow` is a value of `wide`."""
    return wide.minimum <= narrow.minimum and narrow.maximum <= wide.maximum


def convert(expression: Expression, target: IntType, *, implicit: bool = False) -> Expression:
    if expression.type == target:
        return expression
    if isinstance(expression, IntegerConstant) and target.holds(expression.value):
        return IntegerConstant(target, expression.span, expression.value)
    return Cast(target, expression.span, expression, implicit)


def common_type(left: IntType, right: IntType) -> IntType:
    """The wider of two; an unsigned one fits a wider signed one, else a signed operand must provably be positive."""
    if left.signed == right.signed:
        return left if left.bits >= right.bits else right
    signed, unsigned = (left, right) if left.signed else (right, left)
    if signed.bits > unsigned.bits:
        return signed
    return IntType(max(signed.bits, unsigned.bits), False)


def promoted(operator: str, type_: IntType) -> IntType:
    """`+ - * <<` on 8 and 16 bits compute in 32 bits of the same signedness."""
    if operator in ("+", "-", "*", "<<") and type_.bits < 32:
        return IntType(32, type_.signed)
    return type_


def error_at(span: Span) -> Expression:
    return IntegerConstant(ERROR, span, 0)


def is_error(expression: Expression) -> bool:
    return isinstance(expression.type, ErrorType)


def text_of(expression: Expression) -> str:
    """The source text of an expression, shortened to what a message can hold."""
    text = expression.span.text
    return text if len(text) <= 40 else text[:37] + "..."


def describe(expression: Expression) -> str:
    """What an expression is, for the second half of `expected X, found Y`."""
    if isinstance(expression, NoneConstant):
        return "None"
    if isinstance(expression, StringConstant):
        return "a string"
    if isinstance(expression.type, VoidType):
        return "nothing (a call without a result)"
    return f"`{expression.type}`"


def way_to(expression: Expression, target: Type) -> str:
    """What to write instead of an expression that cannot become a value of `target`."""
    if isinstance(expression, StringConstant):
        return "text is stored in a `Str` field, and one character is its number" if isinstance(target, IntType) else ""
    if isinstance(expression, NoneConstant):
        return "only references can be None" if not isinstance(target, Reference) else ""
    if isinstance(expression.type, Reference) and isinstance(target, (IntType, BeType)) \
            and isinstance(expression.type.target, (ArrayType, StringType)):
        return f"an element is `{text_of(expression)}[i]`; `cast({target}, {text_of(expression)}).value` reads the " \
               "bytes that begin here as one number"
    return _way_out(expression.type, target)


def _way_out(found: Type, target: Type) -> str:
    if isinstance(found, BeType) and isinstance(target, BeType):
        return f"convert by way of the host's order: `{TO_NETWORK[target.bits]}({TO_HOST[found.bits]}(x))`"
    if isinstance(target, BoolType):
        return "compare it: `x != 0` is a bool"
    if isinstance(found, Reference) and isinstance(target, (IntType, BeType)):
        if isinstance(found.target, (IntType, BeType, BoolType)):
            return "a scalar behind a pointer is read with `.value`"
        return "name a field; `u64(p)` is a pointer's address"
    if isinstance(found, VoidType):
        return "only functions that return something have a value"
    return ""


def is_place_read(expression: Expression) -> bool:
    """Whether the expression is a plain read of memory, so that its address can stand for it."""
    return isinstance(expression, (Read, AddressOf)) and not isinstance(expression.place, VariablePlace)


def literal_of(node: ast.AST, span: Span, value: int) -> IntegerConstant:
    return IntegerConstant(LITERAL, span, int(value))


DEFAULT_RETURN = S32
