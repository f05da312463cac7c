"""The typed tree: what the checker makes of a function's body and the builder lowers to IR.

Every expression has its final type, every conversion is a node, every name is resolved. A *place* is an
expression that denotes memory or a variable: it can be read (`Read`), written and, but for locals and context
fields, addressed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Union

from ..tables.rows import ContextField, Helper
from .ir.module import AtomicOperator, Linkage
from .source import Span
from .types import StructType, Type

if TYPE_CHECKING:
    from ..declarations import Function as DeclaredFunction


@dataclass(eq=False, slots=True)
class Variable:
    """A local variable or parameter of the source function. `type` is settled when the body has been checked."""

    name: str
    type: Type
    span: Span
    hidden: bool = False


@dataclass(frozen=True)
class MapDeclaration:
    """A map of the program."""

    name: str
    span: Span
    kernel_type: int
    key: Type | None
    value: Type | None
    members: tuple[tuple[str, int | Type], ...]  # BTF definition: numbers, or types for key and value
    declared: object = field(repr=False)  # the pybpfc.maps.Map


@dataclass(frozen=True)
class GlobalDeclaration:
    name: str
    span: Span
    type: Type
    section: str
    initial: bytes
    constant: bool


# --- expressions -------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, slots=True)
class Expression:
    type: Type
    span: Span


@dataclass(frozen=True, eq=False, slots=True)
class IntegerConstant(Expression):
    """An integer, boolean or network-order constant of a settled type, or one that has not adopted a type yet."""

    value: int
    complement: bool = False  # the result of `~`: adopts an unsigned type as its complement


@dataclass(frozen=True, eq=False, slots=True)
class NoneConstant(Expression):
    """`None`, with the reference type that it takes where it is used."""


@dataclass(frozen=True, eq=False, slots=True)
class StringConstant(Expression):
    text: bytes


@dataclass(frozen=True, eq=False, slots=True)
class VariablePlace(Expression):
    variable: Variable


@dataclass(frozen=True, eq=False, slots=True)
class GlobalPlace(Expression):
    declaration: GlobalDeclaration


@dataclass(frozen=True, eq=False, slots=True)
class FieldPlace(Expression):
    """A field of the struct that `base` refers to; `type` is the field's."""

    base: Expression
    struct: StructType
    path: tuple[int, ...]  # through anonymous members


@dataclass(frozen=True, eq=False, slots=True)
class ElementPlace(Expression):
    """An element of the array that `base` refers to."""

    base: Expression
    index: Expression
    count: int


@dataclass(frozen=True, eq=False, slots=True)
class PointeePlace(Expression):
    """`p.value` of a Ptr."""

    base: Expression


@dataclass(frozen=True, eq=False, slots=True)
class ContextPlace(Expression):
    base: Expression
    field: ContextField
    index: int = 0  # of an array field


@dataclass(frozen=True, eq=False, slots=True)
class Read(Expression):
    """The value at a place. An aggregate is not read: AddressOf gives a reference to it."""

    place: Place


@dataclass(frozen=True, eq=False, slots=True)
class AddressOf(Expression):
    place: Place


@dataclass(frozen=True, eq=False, slots=True)
class Cast(Expression):
    """A conversion between scalars. `implicit`: nobody wrote it, so it must provably lose nothing."""

    value: Expression
    implicit: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Reinterpret(Expression):
    """The same bits as another type: from_bits, to_bits, a reference seen as another, packet memory as a struct."""

    value: Expression


@dataclass(frozen=True, eq=False, slots=True)
class AddressNumber(Expression):
    """`u64(p)`: the address in a reference."""

    value: Expression


@dataclass(frozen=True, eq=False, slots=True)
class ByteSwapped(Expression):
    """ntohs, htons, ntohl, ..."""

    value: Expression


@dataclass(frozen=True, eq=False, slots=True)
class Arithmetic(Expression):
    """Both operands have the expression's type, but the count of a shift, which keeps its own."""

    operator: str  # "+", "-", "*", "//", "%", "&", "|", "^", "<<", ">>"
    left: Expression
    right: Expression


@dataclass(frozen=True, eq=False, slots=True)
class PacketOffset(Expression):
    """A packet pointer plus or minus a number of bytes."""

    base: Expression
    offset: Expression  # u64
    subtract: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class PacketLength(Expression):
    """The difference of two packet pointers, u64."""

    left: Expression
    right: Expression


@dataclass(frozen=True, eq=False, slots=True)
class Inverted(Expression):
    """`~x`."""

    value: Expression


@dataclass(frozen=True, eq=False, slots=True)
class Comparison(Expression):
    """One comparison; operands of one type. `operator` is "==", "!=", "<", "<=", ">" or ">="."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, eq=False, slots=True)
class ComparisonChain(Expression):
    """`a < b < c`: each operand is evaluated once, in order, until a comparison fails. The operands of link i are
    `first` or the previous link's variable, and its own value, which goes to its variable first."""

    links: tuple[tuple[tuple[Variable, Expression], ...], ...]
    tests: tuple[Expression, ...]


@dataclass(frozen=True, eq=False, slots=True)
class NoneTest(Expression):
    value: Expression
    is_none: bool


@dataclass(frozen=True, eq=False, slots=True)
class MemoryComparison(Expression):
    """Structs, arrays and strings compare field by field; the builder reads both sides in pieces."""

    left: Expression
    right: Expression
    equal: bool


@dataclass(frozen=True, eq=False, slots=True)
class TextComparison(Expression):
    """A Str against a constant: whole (`==`, the NUL included) or as a prefix."""

    value: Expression
    text: bytes
    equal: bool


@dataclass(frozen=True, eq=False, slots=True)
class Logical(Expression):
    """`and` / `or` of conditions, with short circuit."""

    operator: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Negation(Expression):
    value: Expression


@dataclass(frozen=True, eq=False, slots=True)
class Conditional(Expression):
    test: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, eq=False, slots=True)
class Walrus(Expression):
    variable: Variable
    value: Expression


@dataclass(frozen=True, eq=False, slots=True)
class Sequenced(Expression):
    """Bindings are evaluated in order, then the value: gives a sub-expression a name so that it runs once."""

    bindings: tuple[tuple[Variable, Expression], ...]
    value: Expression


@dataclass(frozen=True, eq=False, slots=True)
class Extremum(Expression):
    """min() or max(): operands of one type."""

    smallest: bool
    operands: tuple[Expression, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Absolute(Expression):
    value: Expression


@dataclass(frozen=True, eq=False, slots=True)
class Construct(Expression):
    """A fresh object in a stack slot: `T(...)`, `T.zero(...)`, `copy(x)`. Fields that are not given are zeroed."""

    name: str  # for the stack breakdown
    fields: tuple[tuple[tuple[int, ...], Expression], ...] = ()
    source: Expression | None = None  # copy(x)


@dataclass(frozen=True, eq=False, slots=True)
class Temporary(Expression):
    """The address of a fresh stack slot that holds a scalar or a copy: keys and values for helpers."""

    name: str
    value: Expression


@dataclass(frozen=True, eq=False, slots=True)
class ArrayLiteral(Expression):
    """A bytes or tuple literal stored into an array field."""

    elements: tuple[Expression, ...]


@dataclass(frozen=True, eq=False, slots=True)
class MapReference(Expression):
    declaration: MapDeclaration


@dataclass(frozen=True, eq=False, slots=True)
class FunctionReference(Expression):
    function: FunctionInstance


@dataclass(frozen=True, eq=False, slots=True)
class CallHelper(Expression):
    helper: Helper
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, eq=False, slots=True)
class CallFunction(Expression):
    function: FunctionInstance
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, eq=False, slots=True)
class InlineCall(Expression):
    """The body of an @inline function in place: parameters are bound, `return` leaves the body with the value."""

    parameters: tuple[tuple[Variable, Expression], ...]
    body: tuple[Statement, ...]
    result: Variable | None


@dataclass(frozen=True, eq=False, slots=True)
class AtomicOperation(Expression):
    operator: AtomicOperator
    place: Place
    value: Expression
    expected: Expression | None
    used: bool = True


@dataclass(frozen=True, eq=False, slots=True)
class CursorStart(Expression):
    context: Expression


@dataclass(frozen=True, eq=False, slots=True)
class CursorPull(Expression):
    cursor: Expression
    size: int


@dataclass(frozen=True, eq=False, slots=True)
class CursorSkip(Expression):
    cursor: Expression
    count: Expression
    limit: Expression | None


@dataclass(frozen=True, eq=False, slots=True)
class Print(Expression):
    """bpf_trace_printk, or bpf_trace_vprintk beyond three values."""

    format: bytes
    values: tuple[Expression, ...]
    helper: Helper


@dataclass(frozen=True, eq=False, slots=True)
class MapAugment(Expression):
    """`m[k] += n`: lookup and add, or the first insertion. Yields nothing."""

    map: MapDeclaration
    key: Expression
    amount: Expression  # the value's type; negated for `-=`
    atomic: bool
    insert: bool  # hash maps: an absent key is inserted
    lookup: Helper
    update: Helper


Place = Union[VariablePlace, GlobalPlace, FieldPlace, ElementPlace, PointeePlace, ContextPlace]

# --- statements --------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, slots=True)
class Statement:
    span: Span


@dataclass(frozen=True, eq=False, slots=True)
class Assign(Statement):
    """The value is evaluated, then the places are written from left to right."""

    places: tuple[Place, ...]
    value: Expression


@dataclass(frozen=True, eq=False, slots=True)
class AugmentedAssign(Statement):
    """`place op= value`: the place's address is taken once; the value is computed from `current`, a hidden variable
    that holds what was read."""

    place: Place
    current: Variable
    value: Expression


@dataclass(frozen=True, eq=False, slots=True)
class Evaluate(Statement):
    value: Expression


@dataclass(frozen=True, eq=False, slots=True)
class If(Statement):
    test: Expression
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@dataclass(frozen=True, eq=False, slots=True)
class While(Statement):
    test: Expression | None  # None: `while True`
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@dataclass(frozen=True, eq=False, slots=True)
class ForRange(Statement):
    """A native loop. Bounds and step are evaluated once; the variable keeps the last value it had."""

    variable: Variable
    start: Expression
    stop: Expression
    step: int
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@dataclass(frozen=True, eq=False, slots=True)
class ForValues(Statement):
    """`unrolled(range(n))` or a literal tuple: the body once for each constant value."""

    variable: Variable
    values: tuple[Expression, ...]
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Return(Statement):
    value: Expression | None


@dataclass(frozen=True, eq=False, slots=True)
class Break(Statement):
    pass


@dataclass(frozen=True, eq=False, slots=True)
class Continue(Statement):
    pass


@dataclass(frozen=True, eq=False, slots=True)
class Block(Statement):
    """Statements in a row: what one source statement became."""

    body: tuple[Statement, ...]


# --- functions and modules ---------------------------------------------------------------------------------


@dataclass(eq=False, slots=True)
class FunctionInstance:
    """A function as compiled: a program, or a subprogram with the parameter types its calls settled."""

    name: str
    linkage: Linkage
    section: str
    parameters: tuple[Variable, ...]
    result: Type
    span: Span
    declared: DeclaredFunction
    program_kind: str = ""
    body: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class TypedModule:
    name: str
    license: str | None
    functions: tuple[FunctionInstance, ...]
    maps: tuple[MapDeclaration, ...]
    variables: tuple[GlobalDeclaration, ...]


def walk(node: Any) -> Iterator[Any]:
    """Every statement and expression below a node of the typed tree; other functions' bodies are not entered."""
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, tuple):
            waiting.extend(item)
        elif isinstance(item, (Expression, Statement)):
            yield item
            waiting.extend(getattr(item, field.name) for field in fields(item) if field.name not in ("span", "type"))
