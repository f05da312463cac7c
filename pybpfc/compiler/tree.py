"""The typed tree: what the checker makes of a function's body and the builder lowers to IR.

Every expression has its final type, every conversion is a node, every name is resolved. A *place* is an
expression that denotes memory or a variable: it can be read (`Read`), written and, but for locals and context
fields, addressed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Union

from pybpfc_runtime import layout

from ..record import field, mutable_record, record
from ..tables.rows import ContextField, Helper, KernelFunction
from .ir.module import AtomicOperator, FieldFact, Linkage, TypeFact
from .source import Span
from .types import Reference, StructType, Type

if TYPE_CHECKING:
    from ..declarations import Function as DeclaredFunction
    from ..kernel_functions import Signature


@mutable_record
class Variable:
    """A local variable or parameter of the source function. `type` is settled when the body has been checked."""

    name: str
    type: Type
    span: Span
    hidden: bool = False


@record
class MapDeclaration:
    """A map of the program."""

    name: str
    span: Span
    kernel_type: int
    key: Type | None
    value: Type | None
    record: Type | None  # what a ring buffer or perf buffer carries
    members: tuple[tuple[str, int | Type], ...]  # BTF definition: numbers, or types for key and value
    declared: object  # the pybpfc.maps.Map
    inner: MapDeclaration | None = None  # the model of the maps in a map of maps
    slots: tuple[tuple[int, str], ...] = ()  # what is in it from the start: programs, or maps, by name
    entries: Mapping[object, Span] = field(default_factory=dict)  # where `values` says what is in it

    def entry(self, key: object) -> Span:
        """Where a key of `values` stands, or the declaration."""
        return self.entries.get(key, self.span)


@record
class FunctionTable:
    """A table of functions for the kernel: a struct of its own with programs in it."""

    name: str
    span: Span
    struct: layout.StructType
    section: str
    initial: bytes  # pointers to functions are zero
    functions: tuple[tuple[int, str], ...]  # where a program's address goes, in bytes, and its name
    signatures: Mapping[str, Signature]  # of all members that are functions


@record
class GlobalDeclaration:
    name: str
    span: Span
    type: Type
    section: str
    initial: bytes
    constant: bool
    extern: Extern | None = None  # the kernel provides it
    hidden: bool = False  # user space does not map it: it holds objects of the kernel
    described: layout.AnyType | None = None  # the type as it is declared, which knows the names of an enum


@record
class Extern:
    """What the kernel provides: a configuration value or a symbol."""

    described: layout.AnyType | None  # None: an address without a type
    weak: bool
    typed: bool  # the loader compares the type with the kernel's own; without it there is an address alone
    per_cpu: bool = False


# --- expressions -------------------------------------------------------------------------------------------


@record
class Expression:
    type: Type
    span: Span


@record
class IntegerConstant(Expression):
    """An integer, boolean or network-order constant of a settled type, or one that has not adopted a type yet."""

    value: int
    complement: bool = False  # the result of `~`: adopts an unsigned type as its complement


@record
class NoneConstant(Expression):
    """`None`, with the reference type that it takes where it is used."""


@record
class StringConstant(Expression):
    text: bytes


@record
class VariablePlace(Expression):
    variable: Variable


@record
class GlobalPlace(Expression):
    declaration: GlobalDeclaration


@record
class FieldPlace(Expression):
    """A field of the struct that `base` refers to; `type` is the field's."""

    base: Expression
    struct: StructType
    path: tuple[int, ...]  # through anonymous members


@record
class ElementPlace(Expression):
    """An element of the array that `base` refers to."""

    base: Expression
    index: Expression
    count: int


@record
class PointeePlace(Expression):
    """`p.value` of a Ptr."""

    base: Expression


@record
class ContextPlace(Expression):
    base: Expression
    field: ContextField
    index: int = 0  # of an array field


@record
class Read(Expression):
    """The value at a place. An aggregate is not read: AddressOf gives a reference to it."""

    place: Place


@record
class AddressOf(Expression):
    place: Place


@record
class Cast(Expression):
    """A conversion between scalars. `implicit`: nobody wrote it, so it must provably lose nothing."""

    value: Expression
    implicit: bool = False


@record
class Reinterpret(Expression):
    """The same bits as another type: from_bits, to_bits, a reference seen as another, packet memory as a struct."""

    value: Expression


@record
class IteratorState(Expression):
    """The iterator of a loop, whose `state` this is: a reference to what the kernel keeps on the stack."""

    state: Variable


@record
class AddressNumber(Expression):
    """`u64(p)`: the address in a reference."""

    value: Expression


@record
class ByteSwapped(Expression):
    """ntohs, htons, ntohl, ..."""

    value: Expression


@record
class Arithmetic(Expression):
    """Both operands have the expression's type, but the count of a shift, which keeps its own."""

    operator: str  # "+", "-", "*", "//", "%", "&", "|", "^", "<<", ">>"
    left: Expression
    right: Expression


@record
class PacketOffset(Expression):
    """A packet pointer plus or minus a number of bytes."""

    base: Expression
    offset: Expression  # u64
    subtract: bool = False


@record
class PacketLength(Expression):
    """The difference of two packet pointers, u64."""

    left: Expression
    right: Expression


@record
class Inverted(Expression):
    """`~x`."""

    value: Expression


@record
class Comparison(Expression):
    """One comparison; operands of one type. `operator` is "==", "!=", "<", "<=", ">" or ">="."""

    operator: str
    left: Expression
    right: Expression


@record
class ComparisonChain(Expression):
    """`a < b < c`: each operand is evaluated once, in order, until a comparison fails. The operands of link i are
    `first` or the previous link's variable, and its own value, which goes to its variable first."""

    links: tuple[tuple[tuple[Variable, Expression], ...], ...]
    tests: tuple[Expression, ...]


@record
class NoneTest(Expression):
    value: Expression
    is_none: bool


@record
class MemoryComparison(Expression):
    """Structs, arrays and strings compare field by field; the builder reads both sides in pieces."""

    left: Expression
    right: Expression
    equal: bool


@record
class TextComparison(Expression):
    """A Str against a constant: whole (`==`, the NUL included) or as a prefix."""

    value: Expression
    text: bytes
    equal: bool


@record
class Logical(Expression):
    """`and` / `or` of conditions, with short circuit."""

    operator: str
    operands: tuple[Expression, ...]


@record
class Negation(Expression):
    value: Expression


@record
class Hidden(Expression):
    """The value of another expression, of which the optimiser is told nothing. `build` makes these."""

    value: Expression


@record
class Conditional(Expression):
    test: Expression
    then: Expression
    otherwise: Expression


@record
class Walrus(Expression):
    variable: Variable
    value: Expression


@record
class Sequenced(Expression):
    """Bindings are evaluated in order, then the value: gives a sub-expression a name so that it runs once."""

    bindings: tuple[tuple[Variable, Expression], ...]
    value: Expression


@record
class Extremum(Expression):
    """min() or max(): operands of one type."""

    smallest: bool
    operands: tuple[Expression, ...]


@record
class Absolute(Expression):
    value: Expression


@record
class Construct(Expression):
    """A fresh object in a stack slot: `T(...)`, `T.zero(...)`, `copy(x)`. Fields that are not given are zeroed."""

    name: str  # for the stack breakdown
    fields: tuple[tuple[tuple[int, ...], Expression], ...] = ()
    source: Expression | None = None  # copy(x)


@record
class Temporary(Expression):
    """The address of a fresh stack slot that holds a scalar or a copy: keys and values for helpers."""

    name: str
    value: Expression


@record
class ArrayLiteral(Expression):
    """A bytes or tuple literal stored into an array field."""

    elements: tuple[Expression, ...]


@record
class MapReference(Expression):
    """A map of the program, or one like `declaration` that was found in another map: `found` points at it."""

    declaration: MapDeclaration
    found: Expression | None = None


@record
class FunctionReference(Expression):
    function: FunctionInstance


@record
class CallHelper(Expression):
    helper: Helper
    arguments: tuple[Expression, ...]


@record
class CallFunction(Expression):
    function: FunctionInstance
    arguments: tuple[Expression, ...]


@record
class InlineCall(Expression):
    """The body of an @inline function in place: parameters are bound, `return` leaves the body with the value."""

    parameters: tuple[tuple[Variable, Expression], ...]
    body: tuple[Statement, ...]
    result: Variable | None


@record
class CallKernel(Expression):
    """A call of a kernel function."""

    function: KernelFunction
    arguments: tuple[Expression, ...]


@record
class KernelFunctionTest(Expression):
    """`kfunc_exists(f)`: whether the kernel that the program is loaded into has the function."""

    function: KernelFunction


@record
class AtomicOperation(Expression):
    operator: AtomicOperator
    place: Place
    value: Expression
    expected: Expression | None
    used: bool = True


@record
class ProbeRead(Expression):
    """Memory at `address` copied to the stack by a probe read helper: the scalar read there, or a reference to it."""

    address: Expression
    helper: Helper
    read: Type


@record
class ContainerOf(Expression):
    """The object, or None, whose part `offset` bytes behind its start `part` points at."""

    part: Expression
    offset: int


@record
class KeptPointer(Expression):
    """What a kptr field points at right now: the field keeps it, and it lives as long as RCU lets it."""

    field: Expression


@record
class PointerFromNumber(Expression):
    """An address kept in an integer, as a pointer.

    `acquires`: the struct whose reference comes with it, which the program must give back; "" for none.
    """

    value: Expression
    arena: MapDeclaration | None = None  # the arena that the address is in
    acquires: str = ""


@record
class FieldQuery(Expression):
    """A fact about a kernel field, or an element of an array with a constant index: u32."""

    fact: FieldFact
    place: FieldPlace | ElementPlace


@record
class TypeQuery(Expression):
    """A fact about a struct or enum of the kernel, or about where the program's own struct is: u32, an id u64."""

    fact: TypeFact
    subject: layout.StructType | layout.EnumType


@record
class EnumQuery(Expression):
    """Whether the kernel's enum has a member, or its value there: u64."""

    enumeration: layout.EnumType
    member: str
    exists: bool


@record
class KernelBits(Expression):
    """A bit field of a kernel struct, whose place belongs to the target; `probe` reads it where plain loads may not."""

    place: FieldPlace
    probe: Helper | None


@record
class CursorStart(Expression):
    context: Expression


@record
class CursorPull(Expression):
    cursor: Expression
    size: int


@record
class CursorSkip(Expression):
    cursor: Expression
    count: Expression
    limit: Expression | None


@record
class Print(Expression):
    """bpf_trace_printk, bpf_trace_vprintk beyond three values, bpf_snprintf with a buffer to fill, or bpf_seq_printf
    with a seq_file to write to."""

    format: bytes
    values: tuple[Expression, ...]
    helper: Helper
    target: Expression | None = None


@record
class MapAugment(Expression):
    """`m[k] += n`: lookup and add, or the first insertion. Yields nothing."""

    map: MapReference
    key: Expression
    amount: Expression  # the value's type; negated for `-=`
    atomic: bool
    insert: bool  # hash maps: an absent key is inserted
    lookup: Helper
    update: Helper


Place = Union[VariablePlace, GlobalPlace, FieldPlace, ElementPlace, PointeePlace, ContextPlace]

# --- statements --------------------------------------------------------------------------------------------


@record
class Statement:
    span: Span


@record
class Assign(Statement):
    """The value is evaluated, then the places are written from left to right."""

    places: tuple[Place, ...]
    value: Expression


@record
class AugmentedAssign(Statement):
    """`place op= value`: the place's address is taken once; the value is computed from `current`, a hidden variable
    that holds what was read."""

    place: Place
    current: Variable
    value: Expression


@record
class Evaluate(Statement):
    value: Expression


@record
class If(Statement):
    test: Expression
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@record
class While(Statement):
    test: Expression | None  # None: `while True`
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@record
class ForRange(Statement):
    """A native loop. Bounds and step are evaluated once; the variable keeps the last value it had."""

    variable: Variable
    start: Expression
    stop: Expression
    step: int
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@record
class ForValues(Statement):
    """`unrolled(range(n))` or a literal tuple: the body once for each constant value."""

    variable: Variable
    values: tuple[Expression, ...]
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@record
class ForIterator(Statement):
    """`bpf_for(a, b)`, `bpf_for_each("task", ...)`: an open-coded iterator, destroyed on every way out.

    `item` is what it yields: a reference to a kernel struct, which the variable takes, or to an integer, whose value
    it takes. Numbers of `bpf_for` lie between the two arguments, which only the program knows. `state` stands for the
    iterator itself where something in the body takes it.
    """

    variable: Variable
    iterator: Type
    arguments: tuple[Expression, ...]
    item: Reference
    counts: bool
    create: KernelFunction
    advance: KernelFunction
    destroy: KernelFunction
    body: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    state: Variable | None = None


@record
class Scoped(Statement):
    """`with bpf_spin_lock(...)`: what is entered is left on every way out."""

    before: tuple[Statement, ...]
    leave: Expression
    body: tuple[Statement, ...]


@record
class Return(Statement):
    value: Expression | None


@record
class Break(Statement):
    pass


@record
class Continue(Statement):
    pass


@record
class Block(Statement):
    """Statements in a row: what one source statement became."""

    body: tuple[Statement, ...]


# --- functions and modules ---------------------------------------------------------------------------------


@mutable_record
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


@record
class TypedModule:
    name: str
    license: str | None
    functions: tuple[FunctionInstance, ...]
    maps: tuple[MapDeclaration, ...]
    variables: tuple[GlobalDeclaration, ...]
    tables: tuple[FunctionTable, ...] = ()
    uncalled: tuple[FunctionInstance, ...] = ()  # checked as the others are, and no part of the object
    uncalled_variables: tuple[GlobalDeclaration, ...] = ()  # that only these need


def walk(node: Any) -> Iterator[Any]:
    """Every statement and expression below a node of the typed tree; other functions' bodies are not entered."""
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, tuple):
            waiting.extend(item)
        elif isinstance(item, (Expression, Statement)):
            yield item
            waiting.extend(vars(item).values())
