"""Builds one function's IR: blocks, locals, slots, and the packet pointers that a context hands out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from ...record import state_record
from ...tables.rows import ContextField, Invalidates
from ..errors import InternalError
from ..ir import module as ir
from ..source import Span
from ..tree import FunctionInstance, Variable
from ..types import (
    BOOL,
    PACKET_END,
    PACKET_POINTER,
    VOID,
    ContextType,
    IntType,
    Reference,
    Space,
    Type,
    same_space,
)

_I = TypeVar("_I", bound=ir.Instruction)


@state_record
class CursorState:
    """A cursor is a pointer into the packet, or an offset where the packet can move; data and data_end are the
    function's own, kept fresh."""

    data: ir.Local
    end: ir.Local
    position: ir.Local
    moved: bool = False  # some pull stands before, in the order of the source


@state_record
class LoopTargets:
    """Where `break` and `continue` go."""

    leave: ir.Block
    again: ir.Block
    info: ir.LoopInfo
    scopes: int  # how many are open where the loop begins: `break` and `continue` leave those opened since


@state_record
class ReturnTarget:
    """Where `return` goes in an inlined body."""

    block: ir.Block
    result: ir.Local | None
    scopes: int


@state_record
class _PacketField:
    local: ir.Local
    field: ContextField
    context: ir.Local
    span: Span


def _tags(instance: FunctionInstance, type_: Type) -> tuple[str, ...]:
    """What the verifier must be told of a parameter of a function that it verifies on its own: `__arg_nonnull` and its
    like in libbpf's bpf_helpers.h."""
    alone = instance.linkage is ir.Linkage.GLOBAL or instance.program_kind == "freplace"
    if not alone or not isinstance(type_, Reference) or isinstance(type_.target, ContextType):
        return ()
    if type_.space is Space.CONTEXT:
        return ("arg:ctx",)
    if type_.space is Space.ARENA:
        return ("arg:arena",)
    if type_.space is Space.TRUSTED:
        return ("arg:trusted", "arg:nullable") if type_.nullable else ("arg:trusted",)
    return () if type_.nullable else ("arg:nonnull",)


class FunctionBuilder:
    """The function under construction; the lowering modules of this package work on it."""

    def __init__(self, instance: FunctionInstance, maps: dict[str, ir.MapDefinition],
                 variables: dict[str, ir.GlobalVariable], moving_packet: bool, iterated_pulls: bool) -> None:
        self.instance = instance
        self.maps = maps
        self.variables = variables
        self.moving_packet = moving_packet  # cursors are offsets: pointers would be useless
        self.iterated_pulls = iterated_pulls  # and must not look as if they moved on in each round
        self.function = ir.Function(instance.name, instance.linkage, instance.section, (), instance.result, [], [], [],
                                    instance.span, instance.program_kind)
        self._locals: dict[Variable, ir.Local] = {}
        self._slots: dict[int, ir.Slot] = {}
        self._names: dict[str, int] = {}
        self._packet: dict[str, _PacketField] = {}
        self.cursors: dict[Variable, CursorState] = {}
        self.iterators: dict[Variable, ir.Slot] = {}  # of loops, by what stands for them
        self.counters: set[Variable] = set()  # the variables of loops over a range
        self.loops: list[LoopTargets] = []
        self.scopes: list[Callable[[], None]] = []  # what leaving each open scope does
        self.returns: list[ReturnTarget] = []
        self.entry = self.block("entry")
        self.function.parameters = tuple(
            ir.Parameter(variable.name, variable.type, self.local(variable), _tags(instance, variable.type))
            for variable in instance.parameters)
        self.current: ir.Block | None = self.block("body")
        self._body = self.current

    # --- blocks

    def block(self, name: str) -> ir.Block:
        """A new block, not yet entered."""
        count = self._names[name] = self._names.get(name, 0) + 1
        made = ir.Block(name if count == 1 else f"{name}.{count}")
        self.function.blocks.append(made)
        return made

    def start(self, block: ir.Block) -> None:
        """Continue in `block`; it is printed behind the blocks that were filled before it."""
        self.function.blocks.remove(block)
        self.function.blocks.append(block)
        self.current = block

    def blocks_from(self, block: ir.Block) -> list[ir.Block]:
        """`block` and all that were started behind it."""
        return self.function.blocks[self.function.blocks.index(block):]

    def emit(self, instruction: _I) -> _I:
        if self.current is None:
            raise InternalError("an instruction behind the end of a block", instruction.span)
        self.current.instructions.append(instruction)
        return instruction

    def finish(self, terminator: ir.Terminator) -> None:
        if self.current is None:
            raise InternalError("a second end of a block", terminator.span)
        self.current.terminator = terminator
        self.current = None

    def jump(self, target: ir.Block, span: Span, loop: ir.LoopInfo | None = None) -> None:
        """Go on in `target`, unless the current block has ended already."""
        if self.current is not None:
            self.finish(ir.Jump(span, target, loop))

    def branch(self, condition: ir.Value, then: ir.Block, otherwise: ir.Block, span: Span) -> None:
        self.finish(ir.Branch(span, condition, then, otherwise))

    def leave_scopes(self, down_to: int) -> None:
        """Do what leaving the scopes opened last does, the innermost first; they stay open for other ways."""
        for leave in reversed(self.scopes[down_to:]):
            if self.current is not None:
                leave()

    # --- locals and slots

    def local(self, variable: Variable) -> ir.Local:
        """The register of a source variable."""
        made = self._locals.get(variable)
        if made is None:
            made = self._locals[variable] = self.register(variable.name, variable.type, hidden=variable.hidden)
        return made

    def register(self, name: str, type_: Type, *, hidden: bool = True) -> ir.Local:
        made = ir.Local(name, type_, hidden)
        self.function.locals.append(made)
        return made

    def slot(self, node: object, name: str, type_: Type, span: Span) -> ir.Slot:
        """The stack memory of a constructor or temporary: one for each place in the source."""
        made = self._slots.get(id(node))
        if made is None:
            made = self._slots[id(node)] = ir.Slot(name, type_, span)
            self.function.slots.append(made)
        return made

    def slot_address(self, slot: ir.Slot, span: Span) -> ir.Value:
        return self.emit(ir.SlotAddress(Reference(slot.type, Space.STACK), span, slot))

    def read(self, local: ir.Local, span: Span, type_: Type | None = None) -> ir.Value:
        return self.emit(ir.LocalRead(type_ or local.type, span, local))

    def write(self, local: ir.Local, value: ir.Value, span: Span) -> None:
        self.emit(ir.LocalWrite(VOID, span, local, self.in_space(value, local.type, span)))

    def in_space(self, value: ir.Value, wanted: Type, span: Span) -> ir.Value:
        """A reference in the space of a type that it may become; None is at home in each."""
        given = value.type
        if not isinstance(wanted, Reference) or not isinstance(given, Reference) or wanted.space is given.space:
            return value
        if isinstance(value, ir.Constant):
            return ir.Constant(wanted, value.value)
        if not same_space(wanted.space, given.space):
            return value
        return self.convert(value, Reference(given.target, wanted.space, given.nullable), span)

    # --- small instructions

    def binary(self, operator: ir.Operator, left: ir.Value, right: ir.Value, span: Span) -> ir.Value:
        return self.emit(ir.Binary(left.type, span, operator, left, right))

    def compare(self, predicate: ir.Predicate, left: ir.Value, right: ir.Value, span: Span) -> ir.Value:
        return self.emit(ir.Compare(BOOL, span, predicate, left, right))

    def pointer_add(self, base: ir.Value, offset: ir.Value, span: Span) -> ir.Value:
        return self.emit(ir.PointerAdd(PACKET_POINTER, span, base, offset))

    def convert(self, value: ir.Value, type_: Type, span: Span, *, implicit: bool = False) -> ir.Value:
        """A scalar as another scalar type, by the conversion that their widths and signs call for."""
        source = value.type
        if source == type_:
            return value
        if isinstance(value, ir.Constant) and isinstance(type_, IntType) and not implicit:
            return ir.Constant(type_, type_.wrap(value.value))
        if source.size < type_.size or source == BOOL:
            signed = isinstance(source, IntType) and source.signed
            kind = ir.Conversion.SIGN_EXTEND if signed else ir.Conversion.ZERO_EXTEND
        elif source.size > type_.size:
            kind = ir.Conversion.TRUNCATE
        else:
            kind = ir.Conversion.REINTERPRET
        return self.emit(ir.Convert(type_, span, kind, value, implicit))

    # --- the packet

    def packet_field(self, context: ir.Local, name: str, span: Span) -> ir.Local:
        """The local that holds ctx.data or its like: read once at entry and again after what moves the packet."""
        made = self._packet.get(name)
        if made is None:
            assert isinstance(context.type, Reference) and isinstance(context.type.target, ContextType)
            row = next(item for item in context.type.target.row.fields if item.name == name)
            type_ = PACKET_END if row.type == "packet_end" else PACKET_POINTER
            # Another name of the context, or a parameter of an @inline function, has no value at entry.
            own = next((parameter.local for parameter in self.function.parameters
                        if parameter.local.type == context.type), context)
            made = self._packet[name] = _PacketField(self.register(name, type_), row, own, span)
        return made.local

    def packet_locals(self, context: ir.Local, span: Span) -> tuple[ir.Local, ir.Local]:
        """data and data_end of a context."""
        assert isinstance(context.type, Reference) and isinstance(context.type.target, ContextType)
        names = {item.type: item.name for item in context.type.target.row.fields}
        data, end = names["packet"], names["packet_end"]
        return self.packet_field(context, data, span), self.packet_field(context, end, span)

    def packet_end(self, span: Span) -> ir.Local | None:
        """data_end of the function's context; None where it has none that knows it."""
        for parameter in self.function.parameters:
            type_ = parameter.local.type
            if isinstance(type_, Reference) and isinstance(type_.target, ContextType):
                for item in type_.target.row.fields:
                    if item.type == "packet_end":
                        return self.packet_field(parameter.local, item.name, span)
        return None

    # --- the end

    def complete(self) -> ir.Function:
        """Close the last block, drop what nothing reaches. Packet reads are placed by `place_packet_reads`."""
        end = self.current
        if end is not None:
            self.finish(ir.Return(self.instance.span, None))
        self.current = self.entry
        self.jump(self._body, self.instance.span)
        reachable = _reachable(self.entry)
        if end in reachable and self.function.result != VOID:
            raise InternalError("a function can end without a value", self.instance.span)
        self.function.blocks = [block for block in self.function.blocks if block in reachable]
        return self.function

    def place_packet_reads(self, invalidating: frozenset[str]) -> None:
        """Read the packet pointers that are used at entry, and again after each call that moves the packet."""
        for block in self.function.blocks:
            placed: list[ir.Instruction] = []
            for instruction in block.instructions:
                placed.append(instruction)
                if isinstance(instruction, ir.FunctionCall) and instruction.function in invalidating:
                    instruction.invalidates_packet = True
                if invalidates(instruction):
                    placed.extend(self._packet_reads(instruction.span))
            block.instructions = placed
        self.entry.instructions.extend(self._packet_reads(None))

    def _packet_reads(self, span: Span | None) -> Iterator[ir.Instruction]:
        for item in self._packet.values():
            at = span or item.span
            context = ir.LocalRead(item.context.type, at, item.context)
            loaded = ir.ContextLoad(item.local.type, at, context, item.field, item.field.offset)
            yield from (context, loaded, ir.LocalWrite(VOID, at, item.local, loaded))


def invalidates(instruction: ir.Instruction) -> bool:
    """Whether a call moves the packet, so that pointers into it must be read again."""
    if isinstance(instruction, ir.HelperCall):
        return instruction.helper.invalidates is Invalidates.PACKET
    return isinstance(instruction, ir.FunctionCall) and instruction.invalidates_packet


def _reachable(entry: ir.Block) -> set[ir.Block]:
    seen: set[ir.Block] = set()
    waiting = [entry]
    while waiting:
        block = waiting.pop()
        if block in seen:
            continue
        seen.add(block)
        if block.terminator is None:
            raise InternalError(f"the block {block.name} has no end")
        waiting.extend(block.terminator.successors())
    return seen


