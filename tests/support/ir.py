"""IR by hand: a function is built block by block, as the compiler's builder does it.

Every instruction gets a source line of its own, in the order of building, so that a test can name places by
line. `at` sets the line by hand where a test wants that.
"""

from __future__ import annotations

from pybpfc.compiler.ir.module import (
    Atomic,
    AtomicOperator,
    Binary,
    Block,
    Branch,
    Compare,
    Constant,
    ContextLoad,
    Conversion,
    Convert,
    ElementAddress,
    FieldAddress,
    Function,
    FunctionCall,
    HelperCall,
    Instruction,
    Jump,
    Linkage,
    Load,
    Local,
    LocalRead,
    LocalWrite,
    LoopInfo,
    Module,
    Operator,
    Parameter,
    PointerAdd,
    Predicate,
    Return,
    Slot,
    SlotAddress,
    Store,
    Value,
    ZeroMemory,
)
from pybpfc.compiler.source import SourceFile, Span
from pybpfc.compiler.types import (
    BOOL,
    PACKET_END,
    PACKET_POINTER,
    S32,
    U8,
    U32,
    U64,
    VOID,
    ContextType,
    IntType,
    Reference,
    Space,
    StructType,
    Type,
    is_scalar,
)
from pybpfc.tables import contexts, helpers
from pybpfc.tables.rows import ContextField
from pybpfc_runtime import layout

SOURCE = SourceFile.of("program.py", "program.py", "\n".join(f"line_{number} = {number}" for number in range(1, 400)))

XDP_MD = contexts.by_name("xdp_md")


def span(line: int) -> Span:
    return Span(SOURCE, line, 1, line, 9)


def constant(value: int, type_: Type = U32) -> Constant:
    return Constant(type_, value)


def null(type_: Type) -> Constant:
    return Constant(type_, 0)


def struct(name: str, **fields: layout.AnyType) -> StructType:
    """A struct with these fields in order."""
    builder = layout.LayoutBuilder()
    for field, type_ in fields.items():
        builder.add(field, type_)
    return StructType(builder.finish(name))


class FunctionBuilder:
    """Builds one function; instructions go to the end of the current block."""

    def __init__(self, name: str = "program", *, kind: str = "xdp", linkage: Linkage = Linkage.PROGRAM,
                 result: Type = S32, parameters: dict[str, Type] | None = None) -> None:
        if parameters is None:
            parameters = {"ctx": Reference(ContextType(XDP_MD), Space.CONTEXT)} if linkage is Linkage.PROGRAM else {}
        self.line = 1
        held = tuple(Parameter(n, t, Local(n, t)) for n, t in parameters.items())
        program = linkage is Linkage.PROGRAM
        self.function = Function(name, linkage, kind if program else ".text", held, result, [],
                                 [p.local for p in held], [], span(1), kind if program else "")
        self.block = self.new_block("entry")

    def new_block(self, name: str) -> Block:
        block = Block(name)
        self.function.blocks.append(block)
        return block

    def to(self, block: Block) -> None:
        self.block = block

    def at(self) -> Span:
        self.line += 1
        return span(self.line)

    def add(self, item: Instruction) -> Instruction:
        self.block.instructions.append(item)
        return item

    # Locals and slots

    def local(self, name: str, type_: Type = U32, hidden: bool = False) -> Local:
        local = Local(name, type_, hidden)
        self.function.locals.append(local)
        return local

    def parameter(self, name: str) -> Local:
        return next(p.local for p in self.function.parameters if p.name == name)

    def slot(self, name: str, type_: Type) -> Slot:
        slot = Slot(name, type_, self.at())
        self.function.slots.append(slot)
        return slot

    def read(self, local: Local) -> Instruction:
        return self.add(LocalRead(local.type, self.at(), local))

    def write(self, local: Local, value: Value | int) -> Instruction:
        return self.add(LocalWrite(VOID, self.at(), local, self.value(value, local.type)))

    # Numbers

    def value(self, value: Value | int, type_: Type) -> Value:
        return Constant(type_, value) if isinstance(value, int) else value

    def binary(self, operator: Operator, left: Value, right: Value | int) -> Instruction:
        return self.add(Binary(left.type, self.at(), operator, left, self.value(right, left.type)))

    def compare(self, predicate: Predicate, left: Value, right: Value | int) -> Instruction:
        return self.add(Compare(BOOL, self.at(), predicate, left, self.value(right, left.type)))

    def convert(self, value: Value, type_: Type, implicit: bool = False) -> Instruction:
        """The conversion that the two types ask for."""
        if isinstance(type_, Reference):
            kind = Conversion.REINTERPRET
        elif isinstance(value.type, Reference):
            kind = Conversion.TO_ADDRESS
        else:
            before = value.type.bits if isinstance(value.type, IntType) else 1
            after = type_.bits if isinstance(type_, IntType) else 1
            signed = isinstance(value.type, IntType) and value.type.signed
            kind = (Conversion.REINTERPRET if before == after else Conversion.TRUNCATE if before > after
                    else Conversion.SIGN_EXTEND if signed else Conversion.ZERO_EXTEND)
        return self.add(Convert(type_, self.at(), kind, value, implicit))

    def unknown(self, type_: IntType = U32) -> Instruction:
        """A number of which nothing is known."""
        wide = self.helper("bpf_ktime_get_ns")
        return wide if type_ == U64 else self.convert(wide, type_)

    # Memory

    def context(self) -> Instruction:
        return self.read(self.parameter("ctx"))

    def context_field(self, name: str) -> Instruction:
        row = next(field for field in XDP_MD.fields if field.name == name)
        type_: Type = {"packet": PACKET_POINTER, "packet_meta": PACKET_POINTER,
                       "packet_end": PACKET_END}.get(row.type, U32)
        return self._context_load(row, type_)

    def _context_load(self, row: ContextField, type_: Type) -> Instruction:
        context = self.context()
        return self.add(ContextLoad(type_, self.at(), context, row, row.offset))

    def pointer_add(self, base: Value, offset: Value | int) -> Instruction:
        return self.add(PointerAdd(base.type, self.at(), base, self.value(offset, U64)))

    def slot_address(self, slot: Slot) -> Instruction:
        return self.add(SlotAddress(Reference(slot.type, Space.STACK), self.at(), slot))

    def field(self, base: Value, struct: StructType, name: str, type_: Type) -> Instruction:
        index = next(i for i, field in enumerate(struct.layout.fields) if field.name == name)
        assert isinstance(base.type, Reference)
        return self.add(FieldAddress(Reference(type_, base.type.space), self.at(), base, struct, index))

    def element(self, base: Value, index: Value | int, count: int, type_: Type = U8) -> Instruction:
        assert isinstance(base.type, Reference)
        return self.add(ElementAddress(Reference(type_, base.type.space), self.at(), base, self.value(index, U32),
                                       type_.size, count))

    def load(self, address: Value, type_: Type | None = None) -> Instruction:
        assert isinstance(address.type, Reference)
        type_ = type_ if type_ is not None else address.type.target
        return self.add(Load(type_, self.at(), address, 1))

    def store(self, address: Value, value: Value | int) -> Instruction:
        assert isinstance(address.type, Reference)
        return self.add(Store(VOID, self.at(), address, self.value(value, address.type.target), 1))

    def zero(self, target: Value, size: int) -> Instruction:
        return self.add(ZeroMemory(VOID, self.at(), target, size, 1))

    def atomic(self, operator: AtomicOperator, address: Value, value: Value | int, used: bool) -> Instruction:
        assert isinstance(address.type, Reference)
        type_ = address.type.target
        expected = Constant(type_, 0) if operator is AtomicOperator.COMPARE_EXCHANGE else None
        return self.add(Atomic(type_ if used else VOID, self.at(), operator, address, self.value(value, type_), used,
                               expected))

    # Calls

    def helper(self, name: str, *arguments: Value, result: Type | None = None) -> Instruction:
        row = helpers.by_name(name)
        return self.add(HelperCall(result if result is not None else U64, self.at(), row, arguments))

    def call(self, function: Function, *arguments: Value, moves: bool = False) -> Instruction:
        return self.add(FunctionCall(function.result, self.at(), function.name, arguments, moves))

    # Control flow

    def jump(self, target: Block, loop: LoopInfo | None = None) -> None:
        self.block.terminator = Jump(self.at(), target, loop)

    def branch(self, condition: Value, then: Block, otherwise: Block) -> None:
        self.block.terminator = Branch(self.at(), condition, then, otherwise)

    def ret(self, value: Value | int | None = 0) -> Return:
        if isinstance(value, int):
            value = Constant(self.function.result, value) if is_scalar(self.function.result) else None
        terminator = Return(self.at(), value)
        self.block.terminator = terminator
        return terminator

    def split(self, condition: Value) -> tuple[Block, Block]:
        """Branches to two new blocks and returns them: condition true, condition false."""
        then, otherwise = self.new_block("then"), self.new_block("else")
        self.branch(condition, then, otherwise)
        return then, otherwise

    def loop(self, kind: str) -> LoopInfo:
        return LoopInfo(kind, self.at())


def module(*functions: Function, license: str | None = "GPL") -> Module:
    return Module("program", license, list(functions), [], [])
