"""Types of the language and its promotion rules, as the contract words them; nothing of the compiler is used here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union


@dataclass(frozen=True)
class Int:
    """A host integer."""

    bits: int
    signed: bool

    @property
    def name(self) -> str:
        return f"{'s' if self.signed else 'u'}{self.bits}"

    @property
    def low(self) -> int:
        return -(1 << self.bits - 1) if self.signed else 0

    @property
    def high(self) -> int:
        return (1 << self.bits - self.signed) - 1

    def wrap(self, value: int) -> int:
        """The number modulo 2**bits in this type's range."""
        value &= (1 << self.bits) - 1
        return value - (1 << self.bits) if self.signed and value >> self.bits - 1 else value

    def holds(self, value: int) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Bool:
    name: str = "bool"


@dataclass(frozen=True)
class Be:
    """A network-order integer; its model value is the bits that a little-endian CPU sees."""

    bits: int

    @property
    def name(self) -> str:
        return f"be{self.bits}"


@dataclass(frozen=True)
class Literal:
    """A constant that has no width yet."""

    name: str = "constant"


@dataclass(frozen=True)
class NoneKind:
    name: str = "None"


@dataclass(frozen=True)
class Text:
    """`Annotated[Str, count]`."""

    count: int

    @property
    def name(self) -> str:
        return f"Str[{self.count}]"


@dataclass(frozen=True)
class Array:
    element: Kind
    count: int

    @property
    def name(self) -> str:
        return f"{self.element.name}[{self.count}]"


@dataclass(frozen=True)
class Field:
    name: str
    kind: Kind
    width: int = 0  # of a bit field, in bits


@dataclass(frozen=True)
class Struct:
    name: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)


@dataclass(frozen=True)
class Pointer:
    """`Ptr[T]`: a scalar in memory, reached by `.value`."""

    target: Kind

    @property
    def name(self) -> str:
        return f"Ptr[{self.target.name}]"


Kind = Union[Int, Bool, Be, Literal, NoneKind, Text, Array, Struct, Pointer]

INTEGERS = {kind.name: kind for kind in (Int(bits, signed) for signed in (False, True) for bits in (8, 16, 32, 64))}
U8, U16, U32, U64 = (INTEGERS[f"u{bits}"] for bits in (8, 16, 32, 64))
S8, S16, S32, S64 = (INTEGERS[f"s{bits}"] for bits in (8, 16, 32, 64))
BOOL = Bool()
LITERAL = Literal()
NONE = NoneKind()
SCALARS: dict[str, Kind] = {**INTEGERS, "bool": BOOL, **{f"be{bits}": Be(bits) for bits in (16, 32, 64)}}

Scalar = (Int, Bool, Be)
Aggregate = (Text, Array, Struct)


class Illegal(Exception):
    """The contract does not allow the program: a mistake of the generator, or of a hand-written regression."""


def common(left: Kind, right: Kind) -> Int:
    """The wider of two integers of one signedness; an unsigned one fits any wider signed one."""
    if not isinstance(left, Int) or not isinstance(right, Int):
        raise Illegal(f"{left.name} and {right.name} have no common type")
    if left.signed == right.signed:
        return left if left.bits >= right.bits else right
    signed, unsigned = (left, right) if left.signed else (right, left)
    if signed.bits > unsigned.bits:
        return signed
    raise Illegal(f"{left.name} and {right.name}: mixed signedness")


def promoted(operator: str, kind: Int) -> Int:
    """`+ - * <<` on 8- and 16-bit operands compute in 32 bits of that signedness."""
    return Int(32, kind.signed) if operator in ("+", "-", "*", "<<") and kind.bits < 32 else kind


def compute(operator: str, kind: Int, left: int, right: int) -> int:
    """`left operator right` in `kind`; operands are in its range but for a shift's count."""
    if operator in ("<<", ">>"):
        count = right & (kind.bits - 1)
        return kind.wrap(left << count if operator == "<<" else left >> count)
    if operator in ("//", "%"):
        if right == 0:
            return 0 if operator == "//" else left
        return kind.wrap(left // right if operator == "//" else left % right)
    return kind.wrap(exact(operator, left, right))


def exact(operator: str, left: int, right: int) -> int:
    """The same on unbounded integers; a count of shifts is below 512, as for the compiler."""
    if operator in ("<<", ">>") and not 0 <= right < 512:
        raise ValueError(f"shift by {right}")
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "&":
            return left & right
        case "|":
            return left | right
        case "^":
            return left ^ right
        case "//":
            return left // right
        case "%":
            return left % right
        case "<<":
            return left << right
        case ">>":
            return left >> right
        case "**":
            return int(left**right)
    raise Illegal(f"operator {operator}")


def compared(operator: str, left: int, right: int) -> bool:
    return {"==": left == right, "!=": left != right, "<": left < right, "<=": left <= right, ">": left > right,
            ">=": left >= right}[operator]


def swapped(value: int, bits: int) -> int:
    """The bytes of a value in the other order."""
    return int.from_bytes(value.to_bytes(bits // 8, "little"), "big")
