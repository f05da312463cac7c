"""The compiler's own IR: typed, small, with every width, signedness and address space settled.

A function is a list of basic blocks. An instruction that yields something is itself the value; a value may be
used in every block that its own dominates. What changes over time lives in locals (registers that are read
and written; no phi nodes) and in slots (stack memory that has an address). Spans travel with every
instruction: they become line info, and the safety passes point with them.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pybpfc_runtime import layout

from ...record import field, mutable_record, value_record
from ...tables import map_kinds
from ...tables.rows import ContextField, Helper, KernelFunction, MapKind
from ..source import Span
from ..types import Reference, Space, StructType, Type

if TYPE_CHECKING:
    from ...kernel_functions import Signature


@mutable_record
class Value:
    """Something with a type that an instruction can take as an operand."""

    type: Type


@mutable_record
class Constant(Value):
    """An integer, boolean (0 or 1) or network-order constant; for a reference 0 is None."""

    value: int


@mutable_record
class Local:
    """A register of the function: read by LocalRead, written by LocalWrite. Not addressable."""

    name: str
    type: Type
    hidden: bool = False  # made by the compiler: never named in a message
    counts: bool = False  # decides when a loop ends: kept in 64 bits, and its steps hidden from the optimiser


@mutable_record
class Slot:
    """Stack memory with an address: a struct that a constructor made, a key, a value handed to a helper."""

    name: str  # the source's name for it, or what it holds ("key of traffic")
    type: Type
    span: Span


@mutable_record
class Instruction(Value):
    span: Span

    def operands(self) -> tuple[Value, ...]:
        return ()


@mutable_record
class LocalRead(Instruction):
    local: Local


@mutable_record
class LocalWrite(Instruction):
    """`type` is VOID."""

    local: Local
    value: Value

    def operands(self) -> tuple[Value, ...]:
        return (self.value,)


class Operator(enum.Enum):
    ADD = "add"
    SUB = "sub"
    MUL = "mul"
    UDIV = "udiv"  # by 0 gives 0, as BPF defines it: the divisor is an Opaque or a non-zero Constant
    UMOD = "umod"  # by 0 gives the dividend
    AND = "and"
    OR = "or"
    XOR = "xor"
    SHL = "shl"  # counts are below the width: the builder has masked them
    LSHR = "lshr"
    ASHR = "ashr"


@mutable_record
class Binary(Instruction):
    """Both operands and the result have the same width; arithmetic wraps."""

    operator: Operator
    left: Value
    right: Value

    def operands(self) -> tuple[Value, ...]:
        return (self.left, self.right)


class Predicate(enum.Enum):
    EQ = "eq"
    NE = "ne"
    ULT = "ult"
    ULE = "ule"
    UGT = "ugt"
    UGE = "uge"
    SLT = "slt"
    SLE = "sle"
    SGT = "sgt"
    SGE = "sge"


@mutable_record
class Compare(Instruction):
    """Integers of one width, or two pointers; yields BOOL."""

    predicate: Predicate
    left: Value
    right: Value

    def operands(self) -> tuple[Value, ...]:
        return (self.left, self.right)


class Conversion(enum.Enum):
    ZERO_EXTEND = "zext"
    SIGN_EXTEND = "sext"
    TRUNCATE = "trunc"
    REINTERPRET = "bitcast"  # same width: signedness, from_bits, to_bits, a reference seen as another
    TO_ADDRESS = "ptrtoint"  # a reference's address as u64
    FROM_ADDRESS = "inttoptr"  # u64 as a reference


@mutable_record
class Convert(Instruction):
    """`implicit`: nobody wrote a cast, so the value must provably fit the new type (safety/ranges decides), and
    where `bits` is not 0, a bit field of so many bits. `acquires`: the struct whose reference a program is handed by
    this argument; "" for others. `number`: arithmetic is done with the address, which is to be no pointer to the
    verifier then."""

    conversion: Conversion
    value: Value
    implicit: bool = False
    bits: int = 0
    acquires: str = ""
    number: bool = False

    def operands(self) -> tuple[Value, ...]:
        return (self.value,)


@mutable_record
class ByteSwap(Instruction):
    """ntohs and its like: 16, 32 or 64 bits; the types say which side is network order."""

    value: Value

    def operands(self) -> tuple[Value, ...]:
        return (self.value,)


@mutable_record
class Opaque(Instruction):
    """The value itself, through an empty asm statement that the optimiser cannot look through."""

    value: Value

    def operands(self) -> tuple[Value, ...]:
        return (self.value,)


@mutable_record
class Keep(Instruction):
    """Has the value computed although nothing else uses it: the verifier wants to see it. `type` is VOID."""

    value: Value

    def operands(self) -> tuple[Value, ...]:
        return (self.value,)


@mutable_record
class Assume(Instruction):
    """Tells the optimiser that a boolean is true. `type` is VOID."""

    value: Value

    def operands(self) -> tuple[Value, ...]:
        return (self.value,)


@mutable_record
class Barrier(Instruction):
    """Does nothing, and the optimiser runs it exactly where it stands: its block is never computed ahead of the branch
    that leads there, nor joined with it. `type` is VOID."""


@mutable_record
class SlotAddress(Instruction):
    slot: Slot


@mutable_record
class FieldAddress(Instruction):
    """The address of field number `index` of the struct at `base`; `relocatable` means CO-RE."""

    base: Value
    struct: StructType
    index: int
    relocatable: bool = False

    def operands(self) -> tuple[Value, ...]:
        return (self.base,)


@mutable_record
class ElementAddress(Instruction):
    """The address of element `index` (any integer type) of the array at `base`, `count` elements of `stride`
    bytes. The index must provably be below `count` (safety/ranges decides).

    `compared`: the index is compared with the count once more, out of the optimiser's sight. The optimiser keeps the
    meaning of what bounds an index, not its form, and then the verifier may not recognise the bound.

    `size`: how large an element is on the target kernel, where that is not known here: a U64 in place of `stride`."""

    base: Value
    index: Value
    stride: int
    count: int
    relocatable: bool = False
    compared: bool = False
    size: Value | None = None

    def operands(self) -> tuple[Value, ...]:
        return (self.base, self.index) if self.size is None else (self.base, self.index, self.size)


@mutable_record
class PointerAdd(Instruction):
    """`base` plus a u64 offset in bytes. `inside`: both lie in one object, whatever else is known."""

    base: Value
    offset: Value
    inside: bool = False

    def operands(self) -> tuple[Value, ...]:
        return (self.base, self.offset)


@mutable_record
class Load(Instruction):
    """Reads `type` at `address`. A boolean is read as a byte and compared with zero."""

    address: Value
    align: int
    volatile: bool = False

    def operands(self) -> tuple[Value, ...]:
        return (self.address,)


@mutable_record
class Store(Instruction):
    """`type` is VOID."""

    address: Value
    value: Value
    align: int
    volatile: bool = False

    def operands(self) -> tuple[Value, ...]:
        return (self.address, self.value)


@mutable_record
class ContextLoad(Instruction):
    """Reads a context field. A packet field yields a pointer: the kernel rewrites its 32-bit load."""

    context: Value
    field: ContextField
    byte_offset: int  # from the context's start: the field's offset, plus that of an array element

    def operands(self) -> tuple[Value, ...]:
        return (self.context,)


@mutable_record
class ContextStore(Instruction):
    """`type` is VOID."""

    context: Value
    field: ContextField
    byte_offset: int
    value: Value

    def operands(self) -> tuple[Value, ...]:
        return (self.context, self.value)


@mutable_record
class CopyMemory(Instruction):
    """Copies `size` bytes; source and target may be the same object, never overlap partly. `type` is VOID."""

    target: Value
    source: Value
    size: int
    align: int

    def operands(self) -> tuple[Value, ...]:
        return (self.target, self.source)


@mutable_record
class ZeroMemory(Instruction):
    """`type` is VOID."""

    target: Value
    size: int
    align: int

    def operands(self) -> tuple[Value, ...]:
        return (self.target,)


@mutable_record
class MapAddress(Instruction):
    map: MapDefinition


@mutable_record
class GlobalAddress(Instruction):
    variable: GlobalVariable


@mutable_record
class StringAddress(Instruction):
    """The address of constant bytes in .rodata, the NUL included in `text`."""

    text: bytes


@mutable_record
class FunctionAddress(Instruction):
    function: str


@mutable_record
class HelperCall(Instruction):
    """`type` VOID where the helper returns nothing."""

    helper: Helper
    arguments: tuple[Value, ...]

    def operands(self) -> tuple[Value, ...]:
        return self.arguments


class FieldFact(enum.Enum):
    """What a CO-RE relocation can say of a field; the values are those of `enum bpf_core_relo_kind`."""

    BYTE_OFFSET = 0
    BYTE_SIZE = 1
    EXISTS = 2
    SIGNED = 3
    LEFT_SHIFT = 4
    RIGHT_SHIFT = 5


@mutable_record
class FieldInfo(Instruction):
    """A fact about the field at a relocatable FieldAddress, u32, which the loader fills in."""

    fact: FieldFact
    address: Value

    def operands(self) -> tuple[Value, ...]:
        return (self.address,)


class TypeFact(enum.Enum):
    """What a CO-RE relocation can say of a type: LLVM's intrinsic for it, its number there."""

    EXISTS = "preserve.type.info", 0
    SIZE = "preserve.type.info", 1
    MATCHES = "preserve.type.info", 2
    LOCAL_ID = "btf.type.id", 0
    KERNEL_ID = "btf.type.id", 1


@mutable_record
class TypeInfo(Instruction):
    """A fact about a struct or enum of the kernel, u32 (an id: u64), which the loader fills in."""

    fact: TypeFact
    subject: layout.StructType | layout.EnumType


@mutable_record
class EnumInfo(Instruction):
    """Whether the kernel's enum has a member (`exists`), or the member's value there; u64."""

    enumeration: layout.EnumType
    member: str
    exists: bool


@mutable_record
class KernelCall(Instruction):
    """A call of a kernel function (kfunc), which the loader finds by name."""

    function: KernelFunction
    arguments: tuple[Value, ...]

    def operands(self) -> tuple[Value, ...]:
        return self.arguments


@mutable_record
class KernelFunctionTest(Instruction):
    """BOOL: whether the loader found the kernel function, which then may be missing."""

    function: KernelFunction


@mutable_record
class FunctionCall(Instruction):
    """A BPF-to-BPF call of a function of this module."""

    function: str
    arguments: tuple[Value, ...]
    invalidates_packet: bool = False

    def operands(self) -> tuple[Value, ...]:
        return self.arguments


class AtomicOperator(enum.Enum):
    ADD = "add"
    OR = "or"
    AND = "and"
    XOR = "xor"
    EXCHANGE = "xchg"
    COMPARE_EXCHANGE = "cmpxchg"


@mutable_record
class Atomic(Instruction):
    """Yields the old value if `used`, else `type` is VOID (an older and shorter instruction)."""

    operator: AtomicOperator
    address: Value
    value: Value
    used: bool
    expected: Value | None = None

    def operands(self) -> tuple[Value, ...]:
        return (self.address, self.value) if self.expected is None else (self.address, self.value, self.expected)


@mutable_record
class Terminator:
    span: Span

    def successors(self) -> tuple[Block, ...]:
        return ()

    def operands(self) -> tuple[Value, ...]:
        return ()


@mutable_record
class Jump(Terminator):
    target: Block
    loop: LoopInfo | None = None  # set on the back edge of a loop

    def successors(self) -> tuple[Block, ...]:
        return (self.target,)


@mutable_record
class Branch(Terminator):
    condition: Value
    then: Block
    otherwise: Block

    def successors(self) -> tuple[Block, ...]:
        return (self.then, self.otherwise)

    def operands(self) -> tuple[Value, ...]:
        return (self.condition,)


@mutable_record
class Return(Terminator):
    value: Value | None

    def operands(self) -> tuple[Value, ...]:
        return () if self.value is None else (self.value,)


@mutable_record
class LoopInfo:
    """What the source says about a loop: the `for` or `while` it came from."""

    kind: str  # "range", "while", "unrolled", "iterator"
    span: Span
    has_turns: bool = False  # it is left by its head after a turn only: constant bounds say so


class Block:
    __slots__ = ("instructions", "name", "terminator")

    def __init__(self, name: str, instructions: list[Instruction] | None = None,
                 terminator: Terminator | None = None) -> None:
        self.name = name
        self.instructions = [] if instructions is None else instructions
        self.terminator = terminator  # never None in a finished function


class Linkage(enum.Enum):
    PROGRAM = "program"  # in its own ELF section
    STATIC = "static"  # a subprogram in .text, verified with its callers
    GLOBAL = "global"  # a subprogram in .text, verified on its own


@mutable_record
class Parameter:
    name: str
    type: Type
    local: Local  # holds the argument from entry on
    tags: tuple[str, ...] = ()  # declaration tags that the verifier reads: "arg:nonnull"


@mutable_record
class Function:
    name: str
    linkage: Linkage
    section: str  # "xdp", ".text"
    parameters: tuple[Parameter, ...]
    result: Type  # VOID, an integer, BOOL or a Reference
    blocks: list[Block]
    locals: list[Local]
    slots: list[Slot]
    span: Span  # the `def` line
    program_kind: str = ""  # decorator of the ProgramKind row, for programs
    arenas: list[tuple[MapDefinition, Span]] = field(default_factory=list)  # where it makes pointers of numbers

    def instructions(self) -> Iterator[Instruction]:
        for block in self.blocks:
            yield from block.instructions


@mutable_record
class MapMember:
    """One member of a map definition in BTF form."""

    name: str
    number: int | None = None  # encoded as a pointer to int[number]; with a type, which loaders skip, to type[number]
    type: Type | None = None  # encoded as a pointer to the type
    described: layout.AnyType | None = None  # the type as it is declared, which knows the names of an enum


@mutable_record
class MapDefinition:
    name: str
    members: tuple[MapMember, ...]
    span: Span
    inner: MapDefinition | None = None  # the model of the maps in a map of maps
    slots: tuple[tuple[int, str], ...] = ()  # what is in it from the start: a program's or a map's name

    @property
    def kind(self) -> MapKind:
        return map_kinds.by_number(next(member.number or 0 for member in self.members if member.name == "type"))

    @property
    def is_arena(self) -> bool:
        return self.kind.number == map_kinds.ARENA


@value_record
class Extern:
    """How a variable that the kernel provides is declared."""

    described: layout.AnyType | None  # its type in BTF; None is void: an address without a type
    weak: bool  # the kernel may lack it


@mutable_record
class GlobalVariable:
    """A global in .rodata, .data or .bss. Reads are volatile where the loader may change the value."""

    name: str
    type: Type
    section: str
    initial: bytes
    span: Span
    constant: bool  # .rodata: read-only to the program
    extern: Extern | None = None  # the kernel provides it
    hidden: bool = False  # loaders do not map it into user space
    described: layout.AnyType | None = None  # the type as it is declared, which knows the names of an enum


@mutable_record
class FunctionTable:
    """A struct of the kernel's with programs in it, for the kernel to call."""

    name: str
    struct: layout.StructType
    section: str  # ".struct_ops" or ".struct_ops.link"
    initial: bytes
    functions: tuple[tuple[int, str], ...]  # where a program's address goes, in bytes, and its name
    signatures: Mapping[str, Signature]  # of all members that are functions, by name
    span: Span


@mutable_record
class Module:
    """Everything that one object is made of, in the order in which it is written."""

    name: str
    license: str | None
    functions: list[Function]
    maps: list[MapDefinition]
    variables: list[GlobalVariable]
    tables: list[FunctionTable] = field(default_factory=list)
    uncalled: list[Function] = field(default_factory=list)  # nothing calls them: only looked at
    uncalled_variables: list[GlobalVariable] = field(default_factory=list)  # that only these use

    def with_uncalled(self) -> Module:
        """The module as if functions that nothing calls were part of the object."""
        return Module(self.name, self.license, self.functions + self.uncalled, self.maps,
                      self.variables + self.uncalled_variables, self.tables)


def follows_arena(item: Instruction) -> bool:
    """Whether an instruction reads or writes memory of an arena, or has a function of the kernel do so."""
    if isinstance(item, KernelCall):
        return item.function.arena
    if isinstance(item, (Load, Store, Atomic)):
        return pointer_space(item.address) is Space.ARENA
    if isinstance(item, ZeroMemory):
        return pointer_space(item.target) is Space.ARENA
    return isinstance(item, CopyMemory) and Space.ARENA in (pointer_space(item.target), pointer_space(item.source))


def pointer_space(value: Value) -> Space | None:
    """The address space of a reference value, None for anything else."""
    return value.type.space if isinstance(value.type, Reference) else None


