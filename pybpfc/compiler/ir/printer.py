"""The IR as text: stable from run to run, for `--emit ir` and for tests.

Values are numbered `%0` and up in each function, in the order of the blocks; locals, slots and blocks go by
name, with a number after names that occur twice. What follows `;` is the place in the source.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from ..source import Span
from ..types import BoolType, Reference, Type, VoidType
from .module import (
    Assume,
    Atomic,
    Barrier,
    Binary,
    Block,
    Branch,
    ByteSwap,
    Compare,
    Constant,
    ContextLoad,
    ContextStore,
    Convert,
    CopyMemory,
    ElementAddress,
    FieldAddress,
    Function,
    FunctionAddress,
    FunctionCall,
    FunctionTable,
    GlobalAddress,
    GlobalVariable,
    HelperCall,
    Instruction,
    Jump,
    Keep,
    KernelCall,
    KernelFunctionTest,
    Linkage,
    Load,
    Local,
    LocalRead,
    LocalWrite,
    MapAddress,
    MapDefinition,
    Module,
    Opaque,
    PointerAdd,
    Return,
    Slot,
    SlotAddress,
    Store,
    StringAddress,
    Terminator,
    Value,
    ZeroMemory,
)

_Item = TypeVar("_Item", Local, Slot, Block)
_COLUMN = 76  # where the place in the source begins, if the line leaves room


def print_module(module: Module) -> str:
    """The whole module as text that ends with a newline."""
    head = f"module {module.name}"
    if module.license is not None:
        head += f' license "{module.license}"'
    parts = [head]
    parts += ["\n".join(_map(item)) for item in module.maps]
    parts += ["\n".join(_table(item)) for item in module.tables]
    if module.variables:
        parts.append("\n".join(_variable(item) for item in module.variables))
    parts += [print_function(function) for function in module.functions]
    return "\n\n".join(parts) + "\n"


def print_function(function: Function) -> str:
    """One function as text, without a newline at its end."""
    return "\n".join(_FunctionPrinter(function).lines())


def show_type(type_: Type) -> str:
    """A type as the IR shows it: references with their space, `?` where they may be None."""
    if not isinstance(type_, Reference):
        return "void" if isinstance(type_, VoidType) else str(type_)
    target = "void" if isinstance(type_.target, VoidType) else show_type(type_.target)
    return f"&{target} in {type_.space.value}{'?' if type_.nullable else ''}"


def _map(item: MapDefinition) -> Iterable[str]:
    yield _placed(f"map {item.name}", item.span)
    for member in item.members:
        if member.type is not None and member.number is not None:
            yield f"    {member.name} = {member.number} of {show_type(member.type)}"
        elif member.type is not None:
            yield f"    {member.name}: {show_type(member.type)}"
        else:
            yield f"    {member.name} = {member.number}"
    if item.inner is not None:
        yield from (f"    {line}" for line in _map(item.inner))
    for slot, name in item.slots:
        yield f"    [{slot}] = {name}"


def _table(item: FunctionTable) -> Iterable[str]:
    yield _placed(f"table {item.name}: {item.struct.name} in {item.section}", item.span)
    if any(item.initial):
        yield f"    {item.initial.rstrip(bytes(1)).hex()}"
    for offset, name in item.functions:
        yield f"    [{offset}] = {name}"


def _variable(item: GlobalVariable) -> str:
    initial = item.initial.hex() if any(item.initial) else f"zero({len(item.initial)})"
    if item.extern is not None:
        weak = "weak " if item.extern.weak else ""
        return _placed(f"extern {weak}{item.name}: {show_type(item.type)} in {item.section}", item.span)
    constant = "constant " if item.constant else ""
    return _placed(f"variable {item.name}: {constant}{show_type(item.type)} in {item.section} = {initial}", item.span)


class _FunctionPrinter:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.locals: dict[Local, str] = _unique((local, local.name) for local in function.locals)
        self.slots: dict[Slot, str] = _unique((slot, slot.name) for slot in function.slots)
        self.blocks: dict[Block, str] = _unique((block, block.name) for block in function.blocks)
        self.values: dict[Value, str] = {}
        for instruction in function.instructions():
            if not isinstance(instruction.type, VoidType):
                self.values[instruction] = f"%{len(self.values)}"

    def lines(self) -> Iterable[str]:
        function = self.function
        parameters = ", ".join(f"{self.local(p.local)}: {show_type(p.type)}" for p in function.parameters)
        kind = f" @{function.program_kind}" if function.linkage is Linkage.PROGRAM and function.program_kind else ""
        head = (f'{function.linkage.value} {function.name}({parameters}) -> {show_type(function.result)} '
                f'section "{function.section}"{kind}')
        yield _placed(head, function.span)
        held = {parameter.local for parameter in function.parameters}
        for local in function.locals:
            if local not in held:
                marks = (" hidden" if local.hidden else "") + (" counts" if local.counts else "")
                yield f"    local {self.local(local)}: {show_type(local.type)}{marks}"
        for slot in function.slots:
            yield _placed(f"    slot {self.slots[slot]}: {show_type(slot.type)}, {slot.type.size} bytes", slot.span)
        for block in function.blocks:
            yield f"{self.blocks[block]}:"
            for instruction in block.instructions:
                text = self.instruction(instruction)
                if instruction in self.values:
                    text = f"{self.values[instruction]}: {show_type(instruction.type)} = {text}"
                yield _placed(f"    {text}", instruction.span)
            if block.terminator is None:
                yield "    <no terminator>"
            else:
                yield _placed(f"    {self.terminator(block.terminator)}", block.terminator.span)

    def local(self, local: Local) -> str:
        return self.locals.get(local, f"<foreign local {local.name}>")

    def value(self, value: Value) -> str:
        if isinstance(value, Constant):
            if isinstance(value.type, BoolType):
                return "true" if value.value else "false"
            if isinstance(value.type, Reference) and value.value == 0:
                return "None"
            return f"{value.value}:{show_type(value.type)}"
        return self.values.get(value, f"<foreign {type(value).__name__}>")

    def all(self, values: Iterable[Value]) -> str:
        return ", ".join(self.value(value) for value in values)

    def instruction(self, item: Instruction) -> str:
        match item:
            case LocalRead():
                return f"read {self.local(item.local)}"
            case LocalWrite():
                return f"write {self.local(item.local)}, {self.value(item.value)}"
            case Binary():
                return f"{item.operator.value} {self.value(item.left)}, {self.value(item.right)}"
            case Compare():
                return f"compare {item.predicate.value} {self.value(item.left)}, {self.value(item.right)}"
            case Convert():
                implicit = " implicit" if item.implicit else ""
                acquires = f" acquires {item.acquires}" if item.acquires else ""
                number = " number" if item.number else ""
                return f"{item.conversion.value}{implicit}{acquires}{number} {self.value(item.value)}"
            case ByteSwap():
                return f"byteswap {self.value(item.value)}"
            case Opaque():
                return f"opaque {self.value(item.value)}"
            case Barrier():
                return "barrier"
            case Keep():
                return f"keep {self.value(item.value)}"
            case Assume():
                return f"assume {self.value(item.value)}"
            case SlotAddress():
                return f"slot {self.slots.get(item.slot, f'<foreign slot {item.slot.name}>')}"
            case FieldAddress():
                fields = item.struct.layout.fields
                name = fields[item.index].name if 0 <= item.index < len(fields) else f"<field {item.index}>"
                return f"field {self.value(item.base)}, {item.struct.name}.{name}{_relocatable(item.relocatable)}"
            case ElementAddress():
                stride = item.stride if item.size is None else self.value(item.size)
                return (f"element {self.value(item.base)}[{self.value(item.index)}] of {item.count}, "
                        f"stride {stride}{_relocatable(item.relocatable)}"
                        f"{', compared' if item.compared else ''}")
            case PointerAdd():
                return f"add {self.value(item.base)} + {self.value(item.offset)} bytes"
            case Load():
                return f"load {self.value(item.address)}, align {item.align}{_volatile(item.volatile)}"
            case Store():
                return (f"store {self.value(item.address)}, {self.value(item.value)}, align {item.align}"
                        f"{_volatile(item.volatile)}")
            case ContextLoad():
                return f"context load {self.value(item.context)}, {item.field.name} at {item.byte_offset}"
            case ContextStore():
                return (f"context store {self.value(item.context)}, {item.field.name} at {item.byte_offset}, "
                        f"{self.value(item.value)}")
            case CopyMemory():
                return (f"copy {self.value(item.target)}, {self.value(item.source)}, {item.size} bytes, "
                        f"align {item.align}")
            case ZeroMemory():
                return f"zero {self.value(item.target)}, {item.size} bytes, align {item.align}"
            case MapAddress():
                return f"map {item.map.name}"
            case GlobalAddress():
                return f"variable {item.variable.name}"
            case StringAddress():
                return f"string {item.text!r}"
            case FunctionAddress():
                return f"function {item.function}"
            case HelperCall():
                return f"helper {item.helper.name}#{item.helper.number}({self.all(item.arguments)})"
            case KernelCall():
                return f"kernel {item.function.name}({self.all(item.arguments)})"
            case KernelFunctionTest():
                return f"kernel has {item.function.name}"
            case FunctionCall():
                moves = " moves packet" if item.invalidates_packet else ""
                return f"call {item.function}({self.all(item.arguments)}){moves}"
            case Atomic():
                expected = "" if item.expected is None else f", expected {self.value(item.expected)}"
                return f"atomic {item.operator.value} {self.value(item.address)}, {self.value(item.value)}{expected}"
        # An instruction that is added later still prints, with its class name, until it gets a line here.
        return f"{type(item).__name__.lower()} {self.all(item.operands())}".rstrip()

    def terminator(self, item: Terminator) -> str:
        match item:
            case Jump():
                loop = "" if item.loop is None else f" loop {item.loop.kind}"
                return f"jump {self.block(item.target)}{loop}"
            case Branch():
                return f"branch {self.value(item.condition)}, {self.block(item.then)}, {self.block(item.otherwise)}"
            case Return():
                return "return" if item.value is None else f"return {self.value(item.value)}"
        return f"{type(item).__name__.lower()} {', '.join(map(self.block, item.successors()))}".rstrip()

    def block(self, block: Block) -> str:
        return self.blocks.get(block, f"<foreign block {block.name}>")


def _unique(named: Iterable[tuple[_Item, str]]) -> dict[_Item, str]:
    found: dict[_Item, str] = {}
    taken: set[str] = set()
    counts: dict[str, int] = {}
    for item, name in named:
        shown = name
        while shown in taken:
            counts[name] = counts.get(name, 1) + 1
            shown = f"{name}.{counts[name]}"
        taken.add(shown)
        found[item] = shown
    return found


def _placed(text: str, span: Span) -> str:
    return f"{text:<{_COLUMN}} ; {span.source.display}:{span.line}"


def _volatile(volatile: bool) -> str:
    return ", volatile" if volatile else ""


def _relocatable(relocatable: bool) -> str:
    return ", relocatable" if relocatable else ""
