"""Expressions: names, constants, fields, subscripts, operators. Calls and conditions have files of their own."""

from __future__ import annotations

import ast
import difflib
import enum
import types as python_types
from typing import TYPE_CHECKING, Any

from ...declarations import Function, GlobalVariable
from ...maps import Map
from ...record import replace
from ...tables import contexts
from ...tables.rows import ContextField
from ..diagnostics.declarations import NoAttribute, NotAValue, NotCompiled, UndefinedName, UnsupportedSyntax
from ..diagnostics.types import (
    CannotAssign,
    CannotCompare,
    CannotOperate,
    ConstantDivision,
    FloatDivision,
    IndexOutOfRange,
    MapRead,
    NotAReference,
    ShiftTooLarge,
    TypeMismatch,
    UnknownField,
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
    PacketLength,
    PacketOffset,
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
    PACKET_END,
    PACKET_POINTER,
    S32,
    U32,
    U64,
    VOID,
    ArrayType,
    BeType,
    BoolType,
    ContextType,
    CursorType,
    ErrorType,
    IntType,
    KptrType,
    LiteralType,
    OpaqueType,
    Reference,
    Space,
    StringType,
    StructType,
    Type,
    VoidType,
    from_layout,
    is_aggregate,
    is_scalar,
    named,
)
from . import externs, kernel
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
    settle,
    text_of,
    way_to,
)
from .function import FunctionChecker, Static

if TYPE_CHECKING:
    from collections.abc import Callable

_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.FloorDiv: "//", ast.Mod: "%", ast.Div: "/", ast.Pow: "**",
    ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.MatMult: "@",
}

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
    ast.Slice: ("a slice", "it would be a copy of unknown size", "index single elements"),
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
    if isinstance(found, Function):
        return f"a `@{found.kind}` function"
    if isinstance(found, python_types.ModuleType):
        return "a module"
    if isinstance(found, type):
        return "a type"
    if hasattr(found, "__pybpfc_helper__"):
        return "a kernel helper"
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
    if isinstance(found, (list, dict, set, tuple)):
        return "keep it in a map or a `rodata` array; a tuple may stand behind `in`"
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
        # First pass: nothing but constants was assigned so far, and it acts as one.
        return IntegerConstant(LITERAL, c.span(node), 1)
    return read(c, VariablePlace(found.type, c.span(node), found))


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


# --- fields and elements


def _attribute(c: FunctionChecker, node: ast.Attribute) -> Expression | Static:
    base = check(c, node.value)
    if isinstance(base, Static):
        if isinstance(base.value, GlobalVariable):
            base = to_value(c, base)
        else:
            return static_attribute(c, base, node.attr, node)
    place = attribute_place(c, base, node)
    return error_at(c.span(node)) if place is None else read(c, place)


def static_attribute(c: FunctionChecker, base: Static, name: str, node: ast.AST) -> Expression | Static:
    """`net.ETH_P_IP`, `Verdict.DENY`: Python's own attribute lookup on an object of the module."""
    span = c.span(node)
    if isinstance(base.value, Map) and name in base.value.kind.methods:
        c.report(NotAValue(span, f"{base.text}.{name}", "a method of a map", "call it"))
        return error_at(span)
    try:
        found = getattr(base.value, name)
    except AttributeError:
        near = difflib.get_close_matches(name, dir(base.value), 1)
        c.report(NoAttribute(span, f"`{base.text}`", "attribute", name,
                             f"did you mean `{near[0]}`?" if near else _attributes_of(base.value)))
        return error_at(span)
    if isinstance(base.value, enum.Enum) and name == "value":
        found = base.value.value
    return Static(found, span, f"{base.text}.{name}")


def _attributes_of(found: Any) -> str:
    """What an object of the module has instead, as far as a message can say it."""
    if isinstance(found, Map):
        methods = ", ".join(sorted(found.kind.methods | ({"get"} & found.kind.operators))) or "no methods"
        return f"{found.kind.class_name} has {methods}; user space can do more with it"
    if isinstance(found, type) and issubclass(found, enum.Enum):
        return f"it has {', '.join(member.name for member in list(found)[:12])}"
    return "look at its definition"


def attribute_place(c: FunctionChecker, base: Expression, node: ast.Attribute, *, probed: bool = False) -> Place | None:
    """The place that `base.name` denotes; None where it was reported. `probed`: it is read by a probe."""
    span, name = c.span(node), node.attr
    if is_error(base):
        return None
    type_ = base.type
    if isinstance(type_, Reference):
        if isinstance(type_.target, StructType):
            path = find_field(type_.target, name)
            if path is None:
                known = [f.attribute for f in all_fields(type_.target)]
                near = difflib.get_close_matches(name, known, 1)
                c.report(UnknownField(span, str(type_.target), name, ", ".join(known),
                                      f"did you mean `{near[0]}`?" if near else f"it has {', '.join(known[:8])}"))
                return None
            base = not_none(c, base)
            if is_error(base):
                return None
            if type_.target.layout.kernel:
                if not probed and not kernel.may_follow(c, base, span.text):
                    return None
                return FieldPlace(kernel.member_type(type_.target, path, type_.space), span, base, type_.target, path)
            return FieldPlace(field_type(type_.target, path), span, base, type_.target, path)
        if isinstance(type_.target, ContextType):
            for field in type_.target.row.fields:
                if field.name == name and field.readable:
                    base = not_none(c, base)
                    if is_error(base):
                        return None
                    return ContextPlace(_context_field_type(field), span, base, field)
                if field.name == name:
                    c.report(UnknownField(span, str(type_.target), name, ", ".join(
                        f.name for f in type_.target.row.fields if f.readable),
                        "the field exists, but the kernel does not let this kind of program read it"))
                    return None
            known = [f.name for f in type_.target.row.fields]
            near = difflib.get_close_matches(name, known, 1)
            c.report(UnknownField(span, str(type_.target), name, ", ".join(known),
                                  f"did you mean `{near[0]}`?" if near else f"it has {', '.join(known[:8])}, ..."))
            return None
        if is_scalar(type_.target) and name == "value":
            base = not_none(c, base)
            return None if is_error(base) else PointeePlace(type_.target, span, base)
        if is_scalar(type_.target):
            c.report(NoAttribute(span, f"`{text_of(base)}`, a `{type_}`,", "attribute", name,
                                 "a scalar behind a pointer is read and written as `.value`"))
            return None
    kept = isinstance(type_, Reference) and isinstance(type_.target, KptrType)
    c.report(NoAttribute(span, f"`{text_of(base)}`, {describe(base)},", "attribute", name,
                         "take the object out first, with `bpf_kptr_xchg`" if kept else "only structs have fields"))
    return None


def _context_field_type(field: ContextField) -> Type:
    if field.type in ("packet", "packet_meta"):
        return PACKET_POINTER
    if field.type == "packet_end":
        return PACKET_END
    if field.type.startswith("Array["):
        element, _, count = field.type[6:-1].partition(",")
        return ArrayType(named(element.strip()), int(count))
    try:
        return named(field.type)
    except KeyError:
        pass
    try:
        struct = contexts.by_name(field.type)
    except KeyError:
        return U64  # a pointer to a kernel object that this context hands out
    # Of another object nothing can be written. One that is part of this context lies behind the same pointer.
    start = field.offset if struct.size == field.size else 0
    inner = tuple(replace(item, writable=False, offset=start + item.offset) for item in struct.fields)
    return Reference(ContextType(replace(struct, fields=inner)), Space.CONTEXT, field.nullable)


def find_field(struct: StructType, attribute: str) -> tuple[int, ...] | None:
    """The path to a field by its Python name, through anonymous members."""
    for index, field in enumerate(struct.layout.fields):
        if field.attribute == attribute:
            return (index,)
    for index, field in enumerate(struct.layout.fields):
        if not field.attribute:
            inner = from_layout(field.type)
            assert isinstance(inner, StructType)
            below = find_field(inner, attribute)
            if below is not None:
                return (index, *below)
    return None


def all_fields(struct: StructType) -> list[Any]:
    """The named fields of a struct, those of anonymous members included."""
    found = []
    for field in struct.layout.fields:
        if field.attribute:
            found.append(field)
        else:
            inner = from_layout(field.type)
            assert isinstance(inner, StructType)
            found.extend(all_fields(inner))
    return found


def field_type(struct: StructType, path: tuple[int, ...]) -> Type:
    type_: Type = struct
    for index in path:
        assert isinstance(type_, StructType)
        type_ = from_layout(type_.layout.fields[index].type)
    return type_


def _subscript(c: FunctionChecker, node: ast.Subscript) -> Expression | Static:
    base = check(c, node.value)
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


def _static_subscript(c: FunctionChecker, base: Static, node: ast.Subscript) -> Expression | Static:
    index = check(c, node.slice)
    span = c.span(node)
    key = index.value if isinstance(index, (Static, IntegerConstant)) else _NO_KEY
    if isinstance(index, StringConstant):
        key = index.text.decode()
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


_NO_KEY = object()


def element_place(c: FunctionChecker, base: Expression, node: ast.Subscript) -> Place | None:
    """The place that `base[index]` denotes; None where it was reported."""
    span = c.span(node)
    if is_error(base):
        return None
    type_ = base.type
    array = type_.target if isinstance(type_, Reference) else None
    if not isinstance(array, (ArrayType, StringType)):
        c.report(NotAReference(span, text_of(base), describe(base), "only arrays and Str are indexed"))
        return None
    index = integer(c, node.slice)
    if is_error(index):
        return None
    element = kernel.element_type(base, array)
    if isinstance(index, IntegerConstant):
        flexible = not array.count and isinstance(type_, Reference) and type_.space in kernel.MEMORY
        if not (0 <= index.value < array.count or (flexible and index.value >= 0)):
            c.report(IndexOutOfRange(c.span(node.slice), index.value, array.count,
                                     "a negative index does not count from the end here" if index.value < 0
                                     else f"the last element is {array.count - 1}"))
            return None
        index = IntegerConstant(U32, index.span, index.value)
    if isinstance(base, AddressOf) and isinstance(base.place, ContextPlace):
        if not isinstance(index, IntegerConstant):
            c.report(NotAReference(span, text_of(base), describe(base),
                                   "a context array takes constant indexes only: the kernel rewrites each access"))
            return None
        return ContextPlace(element, span, base.place.base, base.place.field, index.value)
    base = not_none(c, base)
    return None if is_error(base) else ElementPlace(element, span, base, index, array.count)


# --- operators


def _binary(c: FunctionChecker, node: ast.BinOp) -> Expression:
    left = value(c, node.left)
    right = value(c, node.right)
    return arithmetic(c, c.span(node), _OPERATORS[type(node.op)], left, right)


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
    if operator in ("<<", ">>", "**") and not 0 <= b < 512:
        c.report(ShiftTooLarge(right.span, b, "an integer constant", 512, "no type of BPF has as many bits"))
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
        from .function import PLAIN

        if a.space is b.space or (a.space in PLAIN and b.space in PLAIN):
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
    if node.target.id in c.global_names:
        c.report(CannotAssign(c.span(node.target), node.target.id, "`:=` binds a local here, and this is a global",
                              "assign it in a statement of its own"))
        return error_at(c.span(node))
    variable, found = assigned_value(c, node.target.id, found, node.target)
    if variable is None:
        return error_at(c.span(node))
    c.learn_from(variable, found)
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
