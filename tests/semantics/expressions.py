"""The model's expressions: each becomes its kind and a closure that computes it in a frame."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import memory
from .kinds import (
    BOOL,
    LITERAL,
    NONE,
    S32,
    SCALARS,
    Aggregate,
    Array,
    Be,
    Bool,
    Illegal,
    Int,
    Kind,
    Literal,
    NoneKind,
    Pointer,
    Struct,
    Text,
    common,
    compute,
    exact,
    promoted,
)
from .memory import Cell, Items, Object, Record
from .model import Frame, Lost, Model, default_kind

Run = Callable[[Frame], Any]

OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.FloorDiv: "//", ast.Mod: "%", ast.LShift: "<<", ast.RShift: ">>",
    ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.Pow: "**",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


@dataclass
class Code:
    """An expression: what it is and how it is computed; a constant's value, and whether `~` made it."""

    kind: Kind
    run: Run
    constant: int = 0
    complement: bool = False


def constant(value: int, kind: Kind = LITERAL, complement: bool = False) -> Code:
    return Code(kind, lambda frame: value, value, complement)


def adopted(code: Code, kind: Kind) -> Code:
    """A constant as a value of `kind`; it must fit."""
    value = code.constant
    if isinstance(kind, Int):
        if kind.holds(value):
            return constant(value, kind)
        if code.complement and not kind.signed and value < 0 and -value - 1 <= kind.high:
            return constant(kind.wrap(value), kind)
    if isinstance(kind, Be) and value == 0:
        return constant(0, kind)
    if isinstance(kind, Literal):
        return code
    raise Illegal(f"the constant {value} does not fit {kind.name}")


def settled(code: Code) -> Code:
    return adopted(code, default_kind(code.constant)) if isinstance(code.kind, Literal) else code


def converted(code: Code, kind: Kind) -> Code:
    """The value as another kind without a cast: nothing may be lost."""
    if code.kind == kind or isinstance(code.kind, NoneKind):
        return code
    if isinstance(code.kind, Literal):
        return adopted(code, kind)
    if isinstance(kind, Literal):  # a variable that is not yet known: the first pass
        return code
    convert, run = conversion(code.kind, kind), code.run
    return Code(kind, lambda frame: convert(run(frame)))


def conversion(found: Kind, kind: Kind) -> Callable[[Any], Any]:
    """Takes a value of one kind to another without a cast."""
    if found == kind or isinstance(found, NoneKind) or isinstance(kind, Literal):
        return lambda value: value
    if isinstance(kind, Int) and isinstance(found, Bool):
        return lambda value: value
    if isinstance(kind, Int) and isinstance(found, Int):
        target = kind

        def checked(value: int) -> int:
            if not target.holds(value):
                raise Lost(f"{value} as {target.name}")
            return value

        return checked
    raise Illegal(f"{found.name} is no {kind.name}")


class Compiler:
    """One function: the kinds of its variables, and closures for its expressions."""

    def __init__(self, model: Model, kinds: dict[str, Kind], locals_: set[str]) -> None:
        self.model = model
        self.kinds = kinds
        self.locals = locals_

    def value(self, node: ast.expr) -> Code:
        handler = getattr(self, f"_{type(node).__name__.lower()}", None)
        if handler is None:
            raise Illegal(f"the model does not know `{ast.unparse(node)}`")
        found: Code = handler(node)
        return found

    def value_as(self, node: ast.expr, kind: Kind) -> Run:
        """A value for memory of `kind`: scalars converted, literals of arrays and text included."""
        if isinstance(kind, Array) and isinstance(node, ast.Tuple):
            parts = [self.value_as(item, kind.element) for item in node.elts]
            array = kind

            def build(frame: Frame) -> Object:
                fresh = Items(array)
                for target, value in zip(fresh.items, [part(frame) for part in parts], strict=True):
                    put(target, value)
                return fresh

            return build
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
            raw = node.value.encode() if isinstance(node.value, str) else node.value
            literal = memory.zeroed(kind)
            for cell, byte in zip(memory.cells(literal), raw.ljust(getattr(kind, "count", 0), b"\0"), strict=True):
                cell.store(byte)
            return lambda frame: literal
        return converted(self.value(node), kind).run

    # --- leaves

    def _constant(self, node: ast.Constant) -> Code:
        if node.value is None:
            return Code(NONE, lambda frame: None)
        if isinstance(node.value, bool):
            return constant(int(node.value), BOOL)
        if isinstance(node.value, int):
            return constant(node.value)
        raise Illegal(f"constant {node.value!r}")

    def _name(self, node: ast.Name) -> Code:
        name = node.id
        if name in self.locals:
            return Code(self.kinds.get(name, LITERAL), lambda frame: frame.locals[name], 1)
        if name in self.model.constants:
            return constant(self.model.constants[name])
        if name in self.model.variables:
            return read(self.model.variables[name].kind, lambda frame: frame.model.variables[name].memory)
        raise Illegal(f"unknown name {name}")

    def _attribute(self, node: ast.Attribute) -> Code:
        if isinstance(node.value, ast.Name) and node.value.id in self.model.enums:
            return constant(self.model.enums[node.value.id][node.attr])
        kind, place = self.place(node)
        return read(kind, place)

    def _subscript(self, node: ast.Subscript) -> Code:
        kind, place = self.place(node)
        return read(kind, place)

    def place(self, node: ast.expr) -> tuple[Kind, Run]:
        """The kind of a field, an element or a global, and the closure that finds its memory."""
        if isinstance(node, ast.Name):
            name = node.id
            return self.model.variables[name].kind, lambda frame: frame.model.variables[name].memory
        if isinstance(node, ast.Attribute):
            base, attribute = self.value(node.value), node.attr
            if isinstance(base.kind, Pointer) and attribute == "value":
                return base.kind.target, base.run
            if not isinstance(base.kind, Struct):
                raise Illegal(f"{base.kind.name} has no field {attribute}")

            def field(frame: Frame) -> Object:
                record = base.run(frame)
                assert isinstance(record, Record), "None was not tested for"
                return record.fields[attribute]

            return base.kind.field(attribute).kind, field
        if isinstance(node, ast.Subscript):
            base, index = self.value(node.value), self.value(node.slice)
            if not isinstance(base.kind, (Array, Text)):
                raise Illegal(f"{base.kind.name} is not indexed")

            def element(frame: Frame) -> Object:
                items = base.run(frame)
                position = index.run(frame)
                if not 0 <= position < len(items.items):
                    raise Lost(f"the index {position} of {len(items.items)} elements")
                found: Object = items.items[position]
                return found

            return base.kind.element if isinstance(base.kind, Array) else SCALARS["u8"], element
        raise Illegal(f"`{ast.unparse(node)}` is no place")

    # --- operators

    def _binop(self, node: ast.BinOp) -> Code:
        return self.arithmetic(OPERATORS[type(node.op)], self.value(node.left), self.value(node.right))

    def arithmetic(self, operator: str, left: Code, right: Code) -> Code:
        """`left operator right` by the rules of promotion."""
        if isinstance(left.kind, Literal) and isinstance(right.kind, Literal):
            complement = left.complement or right.complement
            try:
                folded = exact(operator, left.constant, right.constant)
            except (ArithmeticError, ValueError):  # the number that stands for a variable of yet unknown type
                folded = 1
            return constant(folded, LITERAL, complement)
        if isinstance(left.kind, Bool) and isinstance(right.kind, Bool) and operator in "&|^":
            return Code(BOOL, binary(lambda a, b: exact(operator, a, b), left.run, right.run))
        if isinstance(left.kind, Be) or isinstance(right.kind, Be):
            kind: Kind = left.kind if isinstance(left.kind, Be) else right.kind
            if operator not in "&|^":
                raise Illegal(f"{operator} on network order")
            return Code(kind, binary(lambda a, b: exact(operator, a, b), converted(left, kind).run,
                                     converted(right, kind).run))
        left, right = _integer(left, right.kind), _integer(right, left.kind)
        if operator in ("<<", ">>"):
            return self._shift(operator, left, right)
        if isinstance(left.kind, Literal):
            assert isinstance(right.kind, Int)
            result = promoted(operator, right.kind)
        elif isinstance(right.kind, Literal):
            assert isinstance(left.kind, Int)
            result = promoted(operator, left.kind)
        else:
            result = promoted(operator, common(left.kind, right.kind))
        return Code(result, binary(lambda a, b: compute(operator, result, a, b), converted(left, result).run,
                                   converted(right, result).run))

    def _shift(self, operator: str, left: Code, right: Code) -> Code:
        if isinstance(left.kind, Literal):
            assert isinstance(right.kind, Int)
            left = adopted(left, promoted(operator, right.kind))
        assert isinstance(left.kind, Int)
        result = promoted(operator, left.kind)
        return Code(result, binary(lambda a, b: compute(operator, result, a, b), left.run, right.run))

    def _unaryop(self, node: ast.UnaryOp) -> Code:
        if isinstance(node.op, ast.Not):
            test = self.condition(node.operand)
            return Code(BOOL, lambda frame: int(not test(frame)))
        operand = self.value(node.operand)
        if isinstance(operand.kind, Literal):
            if isinstance(node.op, ast.Invert):
                return constant(~operand.constant, LITERAL, True)
            if isinstance(node.op, ast.UAdd):
                return operand
            return constant(-operand.constant)
        run = operand.run
        if isinstance(node.op, ast.Invert):
            kind = Int(operand.kind.bits, False) if isinstance(operand.kind, Be) else operand.kind
            assert isinstance(kind, Int)
            return Code(operand.kind, lambda frame: kind.wrap(~run(frame)))
        assert isinstance(operand.kind, Int)
        if isinstance(node.op, ast.UAdd):
            return operand
        result = promoted("-", operand.kind)
        return Code(result, lambda frame: result.wrap(-run(frame)))

    def _boolop(self, node: ast.BoolOp) -> Code:
        test = self.condition(node)
        return Code(BOOL, lambda frame: int(test(frame)))

    def _compare(self, node: ast.Compare) -> Code:
        test = self.condition(node)
        return Code(BOOL, lambda frame: int(test(frame)))

    def _ifexp(self, node: ast.IfExp) -> Code:
        test = self.condition(node.test)
        then, otherwise = self.value(node.body), self.value(node.orelse)
        if isinstance(then.kind, Literal) and isinstance(otherwise.kind, Literal):
            then, otherwise = settled(then), settled(otherwise)
        kind = met(then.kind, otherwise.kind)
        yes, no = converted(then, kind).run, converted(otherwise, kind).run
        return Code(kind, lambda frame: yes(frame) if test(frame) else no(frame))

    def _namedexpr(self, node: ast.NamedExpr) -> Code:
        name = node.target.id
        found = self.value(node.value)
        self.learn(name, found)
        stored = converted(found, self.kinds.get(name, LITERAL))

        def run(frame: Frame) -> Any:
            frame.locals[name] = value = stored.run(frame)
            return value

        return Code(stored.kind, run)

    def learn(self, name: str, found: Code) -> None:
        """A variable has the type of the first non-constant value assigned to it."""
        if name not in self.kinds and not isinstance(found.kind, (Literal, NoneKind)):
            self.kinds[name] = found.kind

    # --- conditions

    def condition(self, node: ast.expr) -> Run:
        """A test: the truth of integers and references counts."""
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                tests = [self.condition(item) for item in values]
                return lambda frame: all(test(frame) for test in tests)
            case ast.BoolOp(op=ast.Or(), values=values):
                tests = [self.condition(item) for item in values]
                return lambda frame: any(test(frame) for test in tests)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                test = self.condition(operand)
                return lambda frame: not test(frame)
            case ast.Compare():
                from .comparisons import comparison

                return comparison(self, node)
        found = self.value(node)
        run = found.run
        if isinstance(found.kind, (*Aggregate, Pointer, NoneKind)):
            return lambda frame: run(frame) is not None
        return lambda frame: run(frame) != 0

    def _call(self, node: ast.Call) -> Code:
        from .calls import call

        return call(self, node)


def _integer(code: Code, other: Kind) -> Code:
    """A bool in arithmetic is 0 or 1 of the other side's type."""
    if isinstance(code.kind, Bool):
        return Code(other if isinstance(other, Int) else S32, code.run)
    return code


def met(left: Kind, right: Kind) -> Kind:
    """The kind of a value that comes from either of two."""
    if left == right:
        return left
    if isinstance(left, (Literal, NoneKind)):
        return right
    if isinstance(right, (Literal, NoneKind)):
        return left
    if isinstance(left, Bool):
        return right
    if isinstance(right, Bool):
        return left
    return common(left, right)


def read(kind: Kind, place: Run) -> Code:
    """A scalar's value, or the reference to an aggregate."""
    if isinstance(kind, Aggregate):
        return Code(kind, place)
    return Code(kind, lambda frame: place(frame).value)


def put(target: Object, value: Any) -> None:
    """Store a scalar, or copy an aggregate. A bit field's value must fit it."""
    if isinstance(target, Cell):
        target.store(value)
        if target.width and target.value != value:
            raise Lost(f"{value} in {target.width} bits")
    else:
        memory.assign(target, value)


def binary(operation: Callable[[int, int], int], left: Run, right: Run) -> Run:
    return lambda frame: operation(left(frame), right(frame))
