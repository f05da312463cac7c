"""Modules of the compiler's IR built by hand, an instruction a call.

Each emitted instruction takes the next line of a made-up source, so that line info has something to be wrong in.
"""

from __future__ import annotations

from typing import TypeVar

from pybpfc.compiler import types
from pybpfc.compiler.ir import module as ir
from pybpfc.compiler.source import SourceFile, Span
from pybpfc.compiler.types import Reference, Space, StructType
from pybpfc.tables import contexts, helpers

SOURCE = SourceFile.of("/nowhere/handmade.py", "handmade.py",
                       "".join(f"    step_{number} = 'größe {number}'\t# \"\\\n" for number in range(1, 1001)))
XDP_MD = types.ContextType(contexts.by_name("xdp_md"))
SK_BUFF = types.ContextType(contexts.by_name("__sk_buff"))

_I = TypeVar("_I", bound=ir.Instruction)


def at(line: int, column: int = 5, source: SourceFile = SOURCE) -> Span:
    return Span(source, line, column, line, column + 1)


def u32(value: int) -> ir.Constant:
    return ir.Constant(types.U32, value)


def u64(value: int) -> ir.Constant:
    return ir.Constant(types.U64, value)


def s32(value: int) -> ir.Constant:
    return ir.Constant(types.S32, value)


def pointer(target: types.Type, space: Space = Space.MAP_VALUE) -> Reference:
    return Reference(target, space)


class Body:
    """A function under construction. `self.block` is where instructions go."""

    def __init__(self, name: str, parameters: dict[str, types.Type], result: types.Type = types.S32, *,
                 linkage: ir.Linkage = ir.Linkage.PROGRAM, section: str = "xdp", line: int = 1) -> None:
        self._line = line
        locals_ = [ir.Local(parameter, type_) for parameter, type_ in parameters.items()]
        self.function = ir.Function(
            name, linkage, section if linkage is ir.Linkage.PROGRAM else ".text",
            tuple(ir.Parameter(local.name, local.type, local) for local in locals_), result, [], locals_, [], at(line))
        self.block = self.new_block("start")

    def next(self) -> Span:
        self._line += 1
        return at(self._line)

    def new_block(self, name: str = "block") -> ir.Block:
        block = ir.Block(name)
        self.function.blocks.append(block)
        return block

    def add(self, instruction: _I) -> _I:
        self.block.instructions.append(instruction)
        return instruction

    def end(self, terminator: ir.Terminator, then: ir.Block | None = None) -> None:
        self.block.terminator = terminator
        if then is not None:
            self.block = then

    def parameter(self, index: int = 0) -> ir.Value:
        local = self.function.parameters[index].local
        return self.add(ir.LocalRead(local.type, self.next(), local))

    def local(self, name: str, type_: types.Type) -> ir.Local:
        local = ir.Local(name, type_)
        self.function.locals.append(local)
        return local

    def read(self, local: ir.Local) -> ir.Value:
        return self.add(ir.LocalRead(local.type, self.next(), local))

    def write(self, local: ir.Local, value: ir.Value) -> None:
        self.add(ir.LocalWrite(types.VOID, self.next(), local, value))

    def slot(self, name: str, type_: types.Type) -> ir.Value:
        slot = ir.Slot(name, type_, self.next())
        self.function.slots.append(slot)
        return self.add(ir.SlotAddress(pointer(type_, Space.STACK), self.next(), slot))

    def load(self, address: ir.Value, type_: types.Type, align: int = 0, volatile: bool = False) -> ir.Value:
        return self.add(ir.Load(type_, self.next(), address, align or type_.align, volatile))

    def store(self, address: ir.Value, value: ir.Value, align: int = 0) -> None:
        self.add(ir.Store(types.VOID, self.next(), address, value, align or value.type.align))

    def field(self, base: ir.Value, struct: StructType, name: str, relocatable: bool = False) -> ir.Value:
        index = next(i for i, field in enumerate(struct.layout.fields) if field.name == name)
        assert isinstance(base.type, Reference)
        type_ = pointer(types.from_layout(struct.layout.fields[index].type), base.type.space)
        return self.add(ir.FieldAddress(type_, self.next(), base, struct, index, relocatable))

    def context(self, name: str, type_: types.Type, index: int = 0) -> ir.Value:
        context = self.parameter()
        assert isinstance(context.type, Reference) and isinstance(context.type.target, types.ContextType)
        field = next(field for field in context.type.target.row.fields if field.name == name)
        return self.add(ir.ContextLoad(type_, self.next(), context, field, field.offset + index * type_.size))

    def binary(self, operator: ir.Operator, left: ir.Value, right: ir.Value) -> ir.Value:
        return self.add(ir.Binary(left.type, self.next(), operator, left, right))

    def compare(self, predicate: ir.Predicate, left: ir.Value, right: ir.Value) -> ir.Value:
        return self.add(ir.Compare(types.BOOL, self.next(), predicate, left, right))

    def convert(self, conversion: ir.Conversion, value: ir.Value, type_: types.Type) -> ir.Value:
        return self.add(ir.Convert(type_, self.next(), conversion, value))

    def helper(self, name: str, type_: types.Type, *arguments: ir.Value) -> ir.Value:
        return self.add(ir.HelperCall(type_, self.next(), helpers.by_name(name), arguments))

    def call(self, callee: ir.Function, *arguments: ir.Value) -> ir.Value:
        return self.add(ir.FunctionCall(callee.result, self.next(), callee.name, arguments))

    def branch(self, condition: ir.Value, then: ir.Block, otherwise: ir.Block) -> None:
        self.end(ir.Branch(self.next(), condition, then, otherwise))

    def jump(self, target: ir.Block) -> None:
        self.end(ir.Jump(self.next(), target))

    def give(self, value: ir.Value | None) -> ir.Function:
        self.end(ir.Return(self.next(), value))
        return self.function

    def lookup(self, definition: ir.MapDefinition, key: int, value: types.Type, missing: ir.Value) -> ir.Value:
        """Look a u32 key up; where it is absent the function returns `missing`."""
        slot = self.slot(f"key of {definition.name}", types.U32)
        self.store(slot, u32(key))
        address = self.add(ir.MapAddress(pointer(types.VOID, Space.GLOBAL), self.next(), definition))
        found = self.helper("bpf_map_lookup_elem", pointer(value), address, slot)
        absent, present = self.new_block("absent"), self.new_block("present")
        self.branch(self.compare(ir.Predicate.EQ, found, ir.Constant(found.type, 0)), absent, present)
        self.block = absent
        self.end(ir.Return(self.next(), missing), present)
        return found


def program(name: str = "prog", context: types.ContextType = XDP_MD, section: str = "xdp", line: int = 1) -> Body:
    return Body(name, {"ctx": pointer(context, Space.CONTEXT)}, section=section, line=line)


def map_of(name: str, kind: int, key: types.Type, value: types.Type, entries: int = 4) -> ir.MapDefinition:
    return ir.MapDefinition(name, (ir.MapMember("type", kind), ir.MapMember("key", type=key),
                                   ir.MapMember("value", type=value), ir.MapMember("max_entries", entries)), at(900))


def module(*functions: ir.Function, maps: tuple[ir.MapDefinition, ...] = (),
           variables: tuple[ir.GlobalVariable, ...] = ()) -> ir.Module:
    return ir.Module("handmade", "GPL", list(functions), list(maps), list(variables))
