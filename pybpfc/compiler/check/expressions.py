"""Expressions: names, constants, fields, subscripts, operators. Calls and conditions have files of their own."""

from __future__ import annotations

import ast
import enum
import types as python_types
from typing import TYPE_CHECKING, Any

from ...declarations import Function, GlobalVariable
from ...maps import Map
from ..diagnostics.declarations import NoAttribute, NotAValue, NotCompiled, UndefinedName, UnsupportedSyntax
from ..diagnostics.types import (
    CannotAssign,
    CannotCompare,
    CannotOperate,
    MapRead,
    TypeMismatch,
)
from ..source import Span
from ..tree import (
    AddressOf,
    Arithmetic,
    Cast,
    ContextPlace,
    ElementPlace,
    Expression,
    FieldPlace,
    GlobalPlace,
    IntegerConstant,
    Inverted,
    KernelBits,
    NoneConstant,
    Place,
    PointeePlace,
    Read,
    Reinterpret,
    StringConstant,
    VariablePlace,
    Walrus,
)
from ..types import (
    BOOL,
    ERROR,
    LITERAL,
    S32,
    U64,
    VOID,
    BeType,
    BoolType,
    ContextType,
    CursorType,
    ErrorType,
    IntType,
    LiteralType,
    OpaqueType,
    Reference,
    Space,
    Type,
    VoidType,
    from_layout,
    is_aggregate,
    same_space,
)
from . import externs, kernel
from .arithmetic import arithmetic, operator_text
from .conversions import (
    coerce,
    common_type,
    convert,
    describe,
    error_at,
    is_error,
    is_literal,
    promoted,
    settle,
    way_to,
)
from .function import FunctionChecker, Static
from .places import attribute_place, element_place, static_attribute

if TYPE_CHECKING:
    pass


_SLICE = "a slice", "it would be a copy of unknown size"

# What has no meaning in BPF: the construct, why, and the way out.
_REFUSED: dict[type[ast.expr], tuple[str, str, str]] = {
    ast.Lambda: ("a lambda", "functions are compiled from `def`", "write an `@inline` function"),
    ast.ListComp: ("a list comprehension", "there is no memory to allocate", "write a `for` loop over `range(...)`"),
    ast.SetComp: ("a set comprehension", "there is no memory to allocate", "write a `for` loop over `range(...)`"),
    ast.DictComp: ("a dict comprehension", "there is no memory to allocate", "write a `for` loop over `range(...)`"),
    ast.GeneratorExp: ("a generator expression", "there is no iterator protocol",
                       "write a `for` loop, or `any((a, b))` over a literal tuple"),
    ast.List: ("a list display", "there is no memory to allocate", "use an array field of a Struct, or a map"),
    ast.Dict: ("a dict display", "there is no memory to allocate", "use a HashMap"),
    ast.Set: ("a set display", "there is no memory to allocate", "use a literal tuple with `in`, or a HashMap"),
    ast.Await: ("`await`", "a BPF program never waits", "return, and let user space continue"),
    ast.Yield: ("`yield`", "a BPF program runs to its end", "write events to a ring buffer"),
    ast.YieldFrom: ("`yield from`", "a BPF program runs to its end", "write events to a ring buffer"),
    ast.JoinedStr: ("an f-string", "there are no strings to build at run time", "format it in `print(f\"...\")`"),
    ast.Starred: ("a starred expression", "the number of values must be known", "name each value"),
    ast.Slice: (*_SLICE, "index single elements"),
    ast.Tuple: ("a tuple", "there is no memory to allocate",
                "a tuple may stand in an assignment, behind `in`, or as an array field's value"),
}


def check(c: FunctionChecker, node: ast.expr) -> Expression | Static:
    """Check an expression; a name of the module yields the object itself."""
    handler = _HANDLERS.get(type(node))
    if handler is not None:
        made: Expression | Static = handler(c, node)
        return made
    c.refused = c.refused or isinstance(node, (ast.Yield, ast.YieldFrom))
    what, why, way_out = _REFUSED.get(type(node), (f"`{type(node).__name__}`", "it is not part of the language", ""))
    c.report(UnsupportedSyntax(c.span(node), what, why, way_out))
    return error_at(c.span(node))


def check_place(c: FunctionChecker, node: ast.expr) -> Expression | Static:
    """Check an expression of which the type alone may be wanted: a global of the module is what it holds."""
    found = check(c, node)
    return to_value(c, found) if isinstance(found, Static) and isinstance(found.value, GlobalVariable) else found


def value(c: FunctionChecker, node: ast.expr) -> Expression:
    """Check an expression that must have a value at run time (or be a constant)."""
    found = check(c, node)
    return to_value(c, found) if isinstance(found, Static) else found


def value_of(c: FunctionChecker, node: ast.expr, target: Type) -> Expression:
    """Check an expression and convert it to `target`."""
    return coerce(c, value(c, node), target)


def integer(c: FunctionChecker, node: ast.expr) -> Expression:
    """Check an expression that must be a host integer; a constant keeps its open type."""
    found = value(c, node)
    if isinstance(found.type, BoolType):
        return Cast(S32, found.span, found)
    if isinstance(found.type, BeType):
        return coerce(c, found, IntType(found.type.bits, False))
    if not isinstance(found.type, (IntType, LiteralType, ErrorType)):
        c.report(TypeMismatch(found.span, "an integer", describe(found), way_to(found, U64)))
        return error_at(found.span)
    return found


def to_value(c: FunctionChecker, static: Static) -> Expression:
    """A module-level object as a value: an integer, a bool, None, a string, a global."""
    found, span = static.value, static.span
    if found is None:
        return NoneConstant(Reference(VOID, Space.STACK, True), span)
    if isinstance(found, bool):
        return IntegerConstant(BOOL, span, int(found))
    if isinstance(found, int):
        wire = getattr(type(found), "__pybpfc_type__", None)
        if wire is not None and not isinstance(found, enum.Enum):
            type_ = from_layout(wire)  # a module-level u32(...) or htons(...) has its type already
            raw = int(found)
            if isinstance(type_, BeType):
                raw = int.from_bytes(raw.to_bytes(type_.size, "big"), "little")
            return IntegerConstant(type_, span, raw)
        return IntegerConstant(LITERAL, span, int(found))
    if isinstance(found, (str, bytes)):
        return StringConstant(VOID, span, found.encode() if isinstance(found, str) else found)
    if isinstance(found, GlobalVariable):
        place = global_place(c, found, span)
        if place is not None and place.declaration.extern is not None:
            return externs.value(c, place, static.text)
        return error_at(span) if place is None else read(c, place)
    c.report(NotAValue(span, static.text, kind_of(found), _way_to_value(found)))
    return error_at(span)


def global_place(c: FunctionChecker, variable: GlobalVariable, span: Span) -> GlobalPlace | None:
    declaration = c.module.declarations.variables.get(id(variable))
    return None if declaration is None else GlobalPlace(declaration.type, span, declaration)


def kind_of(found: Any) -> str:
    """What a Python object is, in the words of a message."""
    if isinstance(found, float):
        return "a float"
    if isinstance(found, Map):
        return "a map"
    if isinstance(found, GlobalVariable):
        return "a global variable"
    if isinstance(found, Function):
        return f"a `@{found.kind}` function"
    if isinstance(found, python_types.ModuleType):
        return "a module"
    if isinstance(found, type):
        return "a type"
    if hasattr(found, "__pybpfc_helper__"):
        return "a kernel helper"
    if isinstance(found, enum.Enum):
        return f"a member of the plain Enum {type(found).__name__}"
    if callable(found):
        return "a function"
    return f"a Python {type(found).__name__}"


def _way_to_value(found: Any) -> str:
    if isinstance(found, float):
        return "BPF has no floating point: scale the value to an integer"
    if isinstance(found, Map):
        return "call one of its methods, such as `lookup`"
    if isinstance(found, type) and issubclass(found, Map):
        return "a map is declared at module level"
    if isinstance(found, (Function, python_types.FunctionType)) or hasattr(found, "__pybpfc_helper__"):
        return "call it"
    if isinstance(found, enum.Enum):
        return "derive the class from IntEnum, or take the member's `.value`"
    if isinstance(found, (list, dict, set, tuple)):
        return "keep it in a map or a `rodata` array; a tuple may stand behind `in`"
    if hasattr(type(found), "__pybpfc_type__"):
        name = type(found).__name__
        return f"make it a global of the object, `name: {name} = rodata({name}(...))`, or construct it in the program"
    return "only integers, enum members, strings, maps, types and declared functions can be named"


# --- leaves


def _constant(c: FunctionChecker, node: ast.Constant) -> Expression:
    span, found = c.span(node), node.value
    if isinstance(found, (bool, int, str, bytes)) or found is None:
        return to_value(c, Static(found, span, repr(found)))
    c.report(NotAValue(span, ast.unparse(node), kind_of(found), _way_to_value(found)))
    return error_at(span)


def _name(c: FunctionChecker, node: ast.Name) -> Expression | Static:
    found = c.lookup(node.id, node)
    if found is None:
        return error_at(c.span(node))
    if isinstance(found, Static):
        return found
    if isinstance(found.type, LiteralType):
        if not c.inferring:
            c.report(UndefinedName(c.span(node), node.id, "assign it before it is read"))
            return error_at(c.span(node))
        return _unsettled(c, node)
    return read(c, VariablePlace(found.type, c.span(node), found))


def _unsettled(c: FunctionChecker, node: ast.expr) -> Expression:
    """First pass: a variable to which nothing but constants was assigned so far acts as one."""
    return IntegerConstant(LITERAL, c.span(node), 1)


def read(c: FunctionChecker, place: Place) -> Expression:
    """The value at a place: a scalar is read, an aggregate is referred to."""
    if isinstance(place.type, ErrorType):
        return error_at(place.span)
    if isinstance(place, VariablePlace):
        type_ = place.type
        if isinstance(type_, Reference) and type_.nullable and c.env.knows(place.variable) is True:
            type_ = type_.non_null()
        return Read(type_, place.span, place)
    if isinstance(place, FieldPlace) and place.struct.layout.kernel and kernel.bit_field(place):
        return KernelBits(place.type, place.span, place, None)
    if isinstance(place, ContextPlace) and isinstance(place.type, Reference) \
            and isinstance(place.type.target, ContextType) and place.field.size == place.type.target.row.size:
        return Reinterpret(place.type, place.span, place.base)
    if is_aggregate(place.type):
        return AddressOf(Reference(place.type, space_of(place)), place.span, place)
    if isinstance(place, (FieldPlace, ElementPlace, PointeePlace)) \
            and not kernel.may_follow(c, place.base, place.span.text):
        return error_at(place.span)
    if isinstance(place, ElementPlace) and not isinstance(place.index, IntegerConstant) \
            and not kernel.at_constant_offset(c, place.base, place.span.text):
        return error_at(place.span)
    return Read(place.type, place.span, place)


def space_of(place: Place) -> Space:
    """The address space of the memory that a place is in."""
    if isinstance(place, GlobalPlace):
        return Space.GLOBAL
    if isinstance(place, (FieldPlace, ElementPlace, PointeePlace)):
        assert isinstance(place.base.type, Reference)
        return place.base.type.space
    assert isinstance(place, ContextPlace)
    return Space.CONTEXT


def _attribute(c: FunctionChecker, node: ast.Attribute) -> Expression | Static:
    base = check(c, node.value)
    if isinstance(base, Static):
        if isinstance(base.value, GlobalVariable):
            base = to_value(c, base)
        else:
            return static_attribute(c, base, node.attr, node)
    place = attribute_place(c, base, node)
    return error_at(c.span(node)) if place is None else read(c, place)


def _subscript(c: FunctionChecker, node: ast.Subscript) -> Expression | Static:
    from .maps import operand

    base = operand(c, check(c, node.value))
    if isinstance(base, Static):
        if isinstance(base.value, Map):
            c.report(MapRead(c.span(node), base.text, ast.unparse(node.slice)))
            return error_at(c.span(node))
        if isinstance(base.value, GlobalVariable):
            base = to_value(c, base)
        elif isinstance(base.value, (tuple, list, dict, str, bytes)):
            return _static_subscript(c, base, node)
        else:
            return to_value(c, Static(base.value, c.span(node), ast.unparse(node)))
    place = element_place(c, base, node)
    return error_at(c.span(node)) if place is None else read(c, place)


_NO_KEY = object()


def _static_subscript(c: FunctionChecker, base: Static, node: ast.Subscript) -> Expression | Static:
    span = c.span(node)
    if isinstance(node.slice, ast.Slice):
        c.report(UnsupportedSyntax(c.span(node.slice), *_SLICE,
                                   f"name the part in the module, where Python runs: `PART = {ast.unparse(node)}`"))
        return error_at(span)
    index = check(c, node.slice)
    if isinstance(index, Expression) and is_error(index):
        return error_at(span)
    key = index.value if isinstance(index, (Static, IntegerConstant)) else _NO_KEY
    if isinstance(index, StringConstant) and isinstance(node.slice, ast.Constant):
        key = node.slice.value  # bytes are no text, nor the other way round
    if key is _NO_KEY:
        c.report(NotAValue(span, base.text, kind_of(base.value),
                           "index it with a constant, or keep it in a `rodata` array"))
        return error_at(span)
    try:
        return Static(base.value[key], span, ast.unparse(node))
    except (LookupError, TypeError) as error:
        way_out = f"it has {', '.join(map(repr, base.value))}" if isinstance(base.value, dict) else str(error)
        c.report(NoAttribute(span, f"`{base.text}`", "element", str(key), way_out))
        return error_at(span)


def _binary(c: FunctionChecker, node: ast.BinOp) -> Expression:
    left = value(c, node.left)
    right = value(c, node.right)
    return arithmetic(c, c.span(node), operator_text(node.op), left, right)


def _unary(c: FunctionChecker, node: ast.UnaryOp) -> Expression:
    if isinstance(node.op, ast.Not):
        return as_bool(c, node)
    operand = value(c, node.operand)
    span = c.span(node)
    if is_error(operand):
        return error_at(span)
    if isinstance(operand, IntegerConstant) and is_literal(operand):
        if isinstance(node.op, ast.Invert):
            return IntegerConstant(LITERAL, span, ~operand.value, True)
        sign = -1 if isinstance(node.op, ast.USub) else 1
        return IntegerConstant(LITERAL, span, sign * operand.value, operand.complement and sign > 0)
    if isinstance(operand.type, BoolType) and not isinstance(node.op, ast.Invert):
        operand = Cast(S32, span, operand)
    if isinstance(node.op, ast.Invert) and isinstance(operand.type, (IntType, BeType)):
        return Inverted(operand.type, span, operand)
    if isinstance(operand.type, IntType):
        if isinstance(node.op, ast.UAdd):
            return operand
        type_ = promoted("-", operand.type)
        return Arithmetic(type_, span, "-", IntegerConstant(type_, span, 0), convert(operand, type_))
    symbol = {ast.Invert: "~", ast.UAdd: "+", ast.USub: "-"}[type(node.op)]
    way_out = "`not x` negates a bool" if isinstance(operand.type, BoolType) else "it works on host integers"
    c.report(CannotOperate(span, symbol, describe(operand).strip("`"), "", way_out))
    return error_at(span)


# --- what conditions make of it


def as_bool(c: FunctionChecker, node: ast.expr) -> Expression:
    """A comparison, `not`, `and`, `or` as a value: a bool. What it narrows is forgotten behind it."""
    from .conditions import condition

    tested = condition(c, node, as_value=True)
    from .environment import join

    c.env = join((tested.when_true, tested.when_false))
    return tested.test


def _conditional(c: FunctionChecker, node: ast.IfExp) -> Expression:
    from ..tree import Conditional
    from .conditions import condition
    from .environment import join

    tested = condition(c, node.test)
    c.env = tested.when_true
    then = value(c, node.body)
    after_then = c.env
    c.env = tested.when_false
    otherwise = value(c, node.orelse)
    c.env = join((after_then, c.env))
    span = c.span(node)
    if isinstance(then, StringConstant) or isinstance(otherwise, StringConstant):
        c.report(UnsupportedSyntax(span, "a choice between texts", "there are no strings at run time",
                                   "write an `if` with a statement for each text"))
        return error_at(span)
    then, otherwise, type_ = unify(c, span, then, otherwise)
    if isinstance(type_, ErrorType):
        return error_at(span)
    if isinstance(type_, LiteralType):
        # both arms are constants: the conditional is not one, so it takes the type constants have by themselves
        then, otherwise = settle(c, then), settle(c, otherwise)
        if is_error(then) or is_error(otherwise):
            return error_at(span)
        type_ = then.type
    return Conditional(type_, span, tested.test, then, otherwise)


def unify(c: FunctionChecker, span: Span, left: Expression, right: Expression) -> tuple[Expression, Expression, Type]:
    """Two values that meet, as one type; ErrorType where they cannot."""
    a, b = left.type, right.type
    if isinstance(a, ErrorType) or isinstance(b, ErrorType):
        return left, right, ERROR
    if a == b:
        return left, right, a
    if isinstance(a, LiteralType) and not isinstance(right, NoneConstant):
        right_type: Type = b
        left = coerce(c, left, right_type)
        return left, right, ERROR if is_error(left) else right_type
    if isinstance(b, LiteralType) and not isinstance(left, NoneConstant):
        right = coerce(c, right, a)
        return left, right, ERROR if is_error(right) else a
    if isinstance(a, IntType) and isinstance(b, IntType):
        type_ = common_type(a, b)
        return coerce(c, left, type_), coerce(c, right, type_), type_
    if isinstance(a, BoolType) and isinstance(b, IntType):
        return Cast(b, left.span, left), right, b
    if isinstance(b, BoolType) and isinstance(a, IntType):
        return left, Cast(a, right.span, right), a
    if isinstance(left, NoneConstant) and isinstance(b, Reference):
        return NoneConstant(b.or_none(), left.span), right, b.or_none()
    if isinstance(right, NoneConstant) and isinstance(a, Reference):
        return left, NoneConstant(a.or_none(), right.span), a.or_none()
    if isinstance(a, Reference) and isinstance(b, Reference) and a.target == b.target:
        if same_space(a.space, b.space):
            return left, right, Reference(a.target, a.space, a.nullable or b.nullable)
        c.report(TypeMismatch(right.span, f"{a} in {a.space.value}", f"`{b} in {b.space.value}`",
                              "memory of different kinds is read in different ways: use two variables"))
        return left, right, ERROR
    wanted, other = (str(b), left) if isinstance(left, NoneConstant) else (str(a), right)
    c.report(TypeMismatch(other.span, wanted, describe(other), "both sides must have one type"))
    return left, right, ERROR


def _walrus(c: FunctionChecker, node: ast.NamedExpr) -> Expression:
    from .assignments import assigned_value

    found = value(c, node.value)
    if is_error(found):
        return found
    if node.target.id in c.undeclared_globals:
        return error_at(c.span(node))
    if node.target.id in c.global_names:
        c.report(CannotAssign(c.span(node.target), node.target.id, "`:=` binds a local here, and this is a global",
                              "assign it in a statement of its own"))
        return error_at(c.span(node))
    variable, found = assigned_value(c, node.target.id, found, node.target)
    if variable is None:
        return error_at(c.span(node))
    c.learn_from(variable, found)
    if isinstance(found.type, LiteralType):
        return _unsettled(c, node)
    return Walrus(found.type, c.span(node), variable, found)


def compare_refused(c: FunctionChecker, span: Span, operator: str, left: Expression, right: Expression,
                    way_out: str) -> Expression:
    c.report(CannotCompare(span, operator, describe(left).strip("`"), describe(right).strip("`"), way_out))
    return error_at(span)


def refuse_python_call(c: FunctionChecker, span: Span, name: str) -> Expression:
    c.report(NotCompiled(span, name))
    return error_at(span)


def _call(c: FunctionChecker, node: ast.Call) -> Expression | Static:
    from .calls import call

    return call(c, node)


_HANDLERS: dict[type[ast.expr], Any] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: as_bool,
    ast.Compare: as_bool,
    ast.IfExp: _conditional,
    ast.NamedExpr: _walrus,
    ast.Call: _call,
}

# Types that expressions of the language can have, for exhaustive treatment elsewhere.
VALUE_TYPES = (IntType, BeType, BoolType, Reference, CursorType, OpaqueType, VoidType)
