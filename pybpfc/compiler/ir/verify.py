"""The IR verifier: checks that a module keeps the promises that `module.py` makes.

Whatever it finds is a bug in pybpfc, never in the user's program, and raises `InternalError`. It runs before
the safety passes, which rely on it, and before LLVM sees anything: an error there aborts the process.
"""

from __future__ import annotations

from typing import NoReturn

from ..errors import InternalError
from ..source import Span
from ..types import (
    BOOL,
    U64,
    BeType,
    BoolType,
    IntType,
    Reference,
    Space,
    Type,
    VoidType,
    is_scalar,
)
from .graph import Graph
from .module import (
    Assume,
    Atomic,
    AtomicOperator,
    Barrier,
    Binary,
    Block,
    Branch,
    ByteSwap,
    Compare,
    Constant,
    ContextLoad,
    ContextStore,
    Conversion,
    Convert,
    CopyMemory,
    ElementAddress,
    EnumInfo,
    FieldAddress,
    FieldInfo,
    Function,
    FunctionAddress,
    FunctionCall,
    GlobalAddress,
    HelperCall,
    Instruction,
    Jump,
    Keep,
    KernelCall,
    KernelFunctionTest,
    Linkage,
    Load,
    LocalRead,
    LocalWrite,
    MapAddress,
    Module,
    Opaque,
    PointerAdd,
    Return,
    SlotAddress,
    Store,
    StringAddress,
    Terminator,
    TypeInfo,
    Value,
    ZeroMemory,
)
from .printer import show_type

MAX_ARGUMENTS = 5  # registers R1 to R5 of the BPF calling convention (MAX_BPF_FUNC_REG_ARGS)


def verify(module: Module) -> None:
    """Checks `module` and returns; raises InternalError with the source line of the first broken promise."""
    uncalled = module.uncalled
    module = module.with_uncalled()
    functions: dict[str, Function] = {}
    for function in module.functions:
        if function.name in functions:
            raise InternalError(f"two functions are named {function.name}", function.span)
        functions[function.name] = function
        if function not in uncalled and len(function.parameters) > MAX_ARGUMENTS:
            raise InternalError(f"in function {function.name}: more than {MAX_ARGUMENTS} parameters", function.span)
    for function in module.functions:
        _FunctionVerifier(module, functions, function).run()


def width(type_: Type) -> int:
    """The bits of a value in a register: 1 for booleans, 64 for references, 0 for what no register holds."""
    if isinstance(type_, (IntType, BeType)):
        return type_.bits
    if isinstance(type_, BoolType):
        return 1
    return 64 if isinstance(type_, Reference) else 0


class _FunctionVerifier:
    def __init__(self, module: Module, functions: dict[str, Function], function: Function) -> None:
        self.module = module
        self.functions = functions
        self.function = function
        self.at: Span = function.span
        self.locals = set(function.locals)
        self.slots = set(function.slots)
        self.blocks = set(function.blocks)
        self.places: dict[Value, tuple[Block, int]] = {}

    def run(self) -> None:
        self._signature()
        self._shape()
        graph = Graph(self.function)
        for block in self.function.blocks:
            for index, instruction in enumerate(block.instructions):
                self.at = instruction.span
                self._operands(graph, block, index, instruction.operands())
                self._instruction(instruction)
            terminator = block.terminator
            assert terminator is not None  # _shape has seen to it
            self.at = terminator.span
            self._operands(graph, block, len(block.instructions), terminator.operands())
            self._terminator(terminator)

    def fail(self, message: str) -> NoReturn:
        raise InternalError(f"in function {self.function.name}: {message}", self.at)

    def check(self, holds: bool, message: str) -> None:
        if not holds:
            self.fail(message)

    # The function as a whole

    def _signature(self) -> None:
        function = self.function
        for parameter in function.parameters:
            self.check(parameter.local in self.locals, f"the local of parameter {parameter.name} is not a local")
            self.check(same_kind(parameter.local.type, parameter.type),
                       f"parameter {parameter.name} is {show_type(parameter.type)}, "
                       f"its local {show_type(parameter.local.type)}")
        self.check(isinstance(function.result, VoidType) or width(function.result) > 0,
                   f"the result is {show_type(function.result)}")
        self.check(len(self.locals) == len(function.locals), "a local is listed twice")
        self.check(len(self.slots) == len(function.slots), "a slot is listed twice")
        for local in function.locals:
            self.check(width(local.type) > 0, f"local {local.name} is {show_type(local.type)}: no register holds it")

    def _shape(self) -> None:
        function = self.function
        self.check(bool(function.blocks), "it has no blocks")
        self.check(len(self.blocks) == len(function.blocks), "a block is listed twice")
        for block in function.blocks:
            terminator = block.terminator
            if terminator is None:
                self.fail(f"block {block.name} has no terminator")
            self.at = terminator.span
            for target in terminator.successors():
                self.check(target in self.blocks, f"block {block.name} leads to {target.name}, a foreign block")
                self.check(target is not function.blocks[0], f"block {block.name} leads back to the entry")
            for index, instruction in enumerate(block.instructions):
                self.at = instruction.span
                self.check(instruction not in self.places, f"an instruction is listed twice, again in {block.name}")
                self.places[instruction] = (block, index)

    def _operands(self, graph: Graph, block: Block, index: int, operands: tuple[Value, ...]) -> None:
        for operand in operands:
            if isinstance(operand, Constant):
                self._constant(operand)
                continue
            self.check(isinstance(operand, Instruction), f"operand {type(operand).__name__} is not an instruction")
            self.check(operand in self.places, f"operand {type(operand).__name__} is in no block of the function")
            self.check(not isinstance(operand.type, VoidType),
                       f"operand {type(operand).__name__} yields nothing")
            home, place = self.places[operand]
            if home is block:
                self.check(place < index, f"{type(operand).__name__} is used before it is computed")
            elif block in graph.position:
                self.check(home in graph.position and graph.dominates(home, block),
                           f"{type(operand).__name__} of block {home.name} does not dominate its use in {block.name}")

    def _constant(self, constant: Constant) -> None:
        type_ = constant.type
        if isinstance(type_, BoolType):
            self.check(constant.value in (0, 1), f"boolean constant {constant.value}")
        elif isinstance(type_, IntType):
            self.check(type_.holds(constant.value), f"constant {constant.value} does not fit {type_}")
        elif isinstance(type_, BeType):
            self.check(0 <= constant.value < 1 << type_.bits, f"constant {constant.value} does not fit {type_}")
        else:
            self.check(isinstance(type_, Reference) and constant.value == 0,
                       f"constant {constant.value} of type {show_type(type_)}")

    # Terminators

    def _terminator(self, item: Terminator) -> None:
        match item:
            case Jump():
                if item.loop is not None:
                    known = item.loop.kind in ("range", "while", "unrolled", "iterator")
                    self.check(known, f"loop kind {item.loop.kind!r}")
            case Branch():
                self.check(item.condition.type == BOOL, f"branch on {show_type(item.condition.type)}")
            case Return():
                if item.value is None:
                    self.check(isinstance(self.function.result, VoidType), "return without a value")
                else:
                    self._same("returned value", item.value.type, self.function.result)
            case _:
                self.fail(f"unknown terminator {type(item).__name__}")

    # Instructions

    def _instruction(self, item: Instruction) -> None:
        match item:
            case LocalRead():
                self.check(item.local in self.locals, f"local {item.local.name} is not of this function")
                self._same(f"read of local {item.local.name}", item.type, item.local.type)
            case LocalWrite():
                self.check(item.local in self.locals, f"local {item.local.name} is not of this function")
                self._void(item)
                self._same(f"value written to local {item.local.name}", item.value.type, item.local.type)
            case Binary():
                self._scalar("left operand", item.left)
                self._scalar("right operand", item.right)
                self._widths(item.operator.value, item.left, item.right)
                self._width(f"result of {item.operator.value}", item, width(item.left.type))
            case Compare():
                self.check(item.type == BOOL, "a comparison yields a boolean")
                left, right = item.left.type, item.right.type
                self.check(isinstance(left, Reference) == isinstance(right, Reference) and width(left) > 0,
                           f"comparison of {show_type(left)} with {show_type(right)}")
                self._widths("compare", item.left, item.right)
            case Convert():
                self._convert(item)
            case ByteSwap():
                self.check(width(item.type) in (16, 32, 64) and is_scalar(item.type), "byte swap of a strange width")
                self._scalar("operand", item.value)
                self._width("operand", item.value, width(item.type))
            case Opaque():
                self._same("opaque value", item.value.type, item.type)
            case Barrier():
                self._void(item)
            case Keep():
                self._void(item)
            case Assume():
                self._void(item)
                self.check(item.value.type == BOOL, "an assumption about something that is not a boolean")
            case SlotAddress():
                self.check(item.slot in self.slots, f"slot {item.slot.name} is not of this function")
                self._space(item, Space.STACK)
            case MapAddress():
                self.check(item.map in self.module.maps, f"map {item.map.name} is not in the module")
                self._pointer("address of a map", item)
            case GlobalAddress():
                self.check(item.variable in self.module.variables,
                           f"variable {item.variable.name} is not in the module")
                self._space(item, Space.GLOBAL)
            case StringAddress():
                self._pointer("address of a string", item)
            case FunctionAddress():
                self.check(item.function in self.functions, f"function {item.function} is not in the module")
                self.check(self.functions[item.function].linkage is not Linkage.PROGRAM,
                           f"the address of program {item.function}")
                self._width("address of a function", item, 64)
            case FieldAddress() | ElementAddress() | PointerAdd():
                self._address(item)
            case Load() | Store() | ContextLoad() | ContextStore() | CopyMemory() | ZeroMemory() | Atomic():
                self._memory(item)
            case FieldInfo() | TypeInfo() | EnumInfo():
                self.check(isinstance(item.type, IntType), "a CO-RE fact that is no integer")
            case KernelCall():
                self.check(len(item.arguments) == len(item.function.arguments),
                           f"{item.function.name} takes {len(item.function.arguments)} arguments")
            case KernelFunctionTest():
                self.check(item.type == BOOL, "a test that yields no boolean")
            case HelperCall() | FunctionCall():
                self._call(item)
            case _:
                self.fail(f"unknown instruction {type(item).__name__}")

    def _convert(self, item: Convert) -> None:
        source, target = item.value.type, item.type
        before, after = width(source), width(target)
        text = f"{item.conversion.value} of {show_type(source)} to {show_type(target)}"
        match item.conversion:
            case Conversion.ZERO_EXTEND | Conversion.SIGN_EXTEND:
                holds = is_scalar(source) and is_scalar(target) and before < after
            case Conversion.TRUNCATE:
                holds = is_scalar(source) and is_scalar(target) and before > after
            case Conversion.REINTERPRET:
                holds = before == after > 0 and isinstance(source, Reference) == isinstance(target, Reference)
            case Conversion.TO_ADDRESS:
                holds = isinstance(source, Reference) and isinstance(target, IntType) and after == 64
            case Conversion.FROM_ADDRESS:
                holds = isinstance(source, IntType) and before == 64 and isinstance(target, Reference)
        self.check(holds, text)
        if item.implicit:
            self.check(isinstance(source, (IntType, BoolType)) and isinstance(target, (IntType, BoolType)),
                       f"implicit {text}")

    def _address(self, item: FieldAddress | ElementAddress | PointerAdd) -> None:
        self._pointer("base", item.base)
        self._pointer("address", item)
        self.check(_spaces_agree(item.base.type, item.type),
                   f"an address in {_space_name(item.type)} made from one in {_space_name(item.base.type)}")
        if isinstance(item, FieldAddress):
            self.check(0 <= item.index < len(item.struct.layout.fields),
                       f"{item.struct.name} has no field number {item.index}")
        elif isinstance(item, ElementAddress):
            self.check(isinstance(item.index.type, IntType), f"an index of type {show_type(item.index.type)}")
            self.check(item.stride > 0 and item.count >= 0, f"{item.count} elements of {item.stride} bytes")
            self.check(item.size is None or item.size.type == U64, "the size of an element is no u64")
        else:
            self.check(isinstance(item.offset.type, IntType) and item.offset.type.bits == 64,
                       f"an offset of type {show_type(item.offset.type)}")

    def _memory(self, item: Instruction) -> None:
        match item:
            case Load():
                self._pointer("address", item.address)
                self._access(item.address, item.type)
                self._align(item.align)
            case Store():
                self._void(item)
                self._pointer("address", item.address)
                self._access(item.address, item.value.type)
                self._align(item.align)
            case ContextLoad():
                self._context(item.context, item.field.offset, item.field.size, item.byte_offset)
                self.check(width(item.type) > 0, f"context field {item.field.name} read as {show_type(item.type)}")
            case ContextStore():
                self._void(item)
                self._context(item.context, item.field.offset, item.field.size, item.byte_offset)
                self._scalar(f"value of context field {item.field.name}", item.value)
            case CopyMemory():
                self._void(item)
                self._pointer("target", item.target)
                self._pointer("source", item.source)
                self.check(item.size > 0, f"a copy of {item.size} bytes")
                self._align(item.align)
            case ZeroMemory():
                self._void(item)
                self._pointer("target", item.target)
                self.check(item.size > 0, f"zeroing of {item.size} bytes")
                self._align(item.align)
            case Atomic():
                self._pointer("address", item.address)
                self._scalar("operand", item.value)
                self.check(width(item.value.type) in (32, 64), f"an atomic of {width(item.value.type)} bits")
                exchange = item.operator is AtomicOperator.COMPARE_EXCHANGE
                self.check((item.expected is not None) == exchange, "only cmpxchg has an expected value")
                if item.expected is not None:
                    self._widths("cmpxchg", item.value, item.expected)
                if item.used:
                    self._width("old value", item, width(item.value.type))
                else:
                    self._void(item)

    def _call(self, item: HelperCall | FunctionCall) -> None:
        given = len(item.arguments)
        self.check(given <= MAX_ARGUMENTS, f"a call with {given} arguments")
        if isinstance(item, HelperCall):
            expected = len(item.helper.arguments)
            enough = given >= expected if item.helper.variadic else given == expected
            self.check(enough, f"{item.helper.name} takes {expected} arguments, {given} are given")
            for position, argument in enumerate(item.arguments):
                self.check(width(argument.type) > 0,
                           f"argument {position} of {item.helper.name} is {show_type(argument.type)}")
            self.check(isinstance(item.type, VoidType) or width(item.type) > 0,
                       f"{item.helper.name} yields {show_type(item.type)}")
            return
        callee = self.functions.get(item.function)
        if callee is None:
            self.fail(f"function {item.function} is not in the module")
        self.check(callee.linkage is not Linkage.PROGRAM, f"a call of program {item.function}")
        self.check(given == len(callee.parameters),
                   f"{item.function} takes {len(callee.parameters)} arguments, {given} are given")
        for parameter, argument in zip(callee.parameters, item.arguments, strict=True):
            self._same(f"argument {parameter.name} of {item.function}", argument.type, parameter.type)
        self._same(f"result of {item.function}", item.type, callee.result)

    # Types

    def _same(self, what: str, given: Type, wanted: Type) -> None:
        self.check(same_kind(given, wanted), f"{what} is {show_type(given)}, not {show_type(wanted)}")

    def _void(self, item: Instruction) -> None:
        self.check(isinstance(item.type, VoidType), f"{type(item).__name__} has the type {show_type(item.type)}")

    def _scalar(self, what: str, value: Value) -> None:
        self.check(is_scalar(value.type), f"the {what} is {show_type(value.type)}, not a number")

    def _pointer(self, what: str, value: Value) -> None:
        self.check(isinstance(value.type, Reference), f"the {what} is {show_type(value.type)}, not a reference")

    def _space(self, value: Value, space: Space) -> None:
        self.check(isinstance(value.type, Reference) and value.type.space is space,
                   f"{type(value).__name__} yields {show_type(value.type)}, not a reference in {space.value}")

    def _width(self, what: str, value: Value, bits: int) -> None:
        self.check(width(value.type) == bits, f"the {what} has {width(value.type)} bits, not {bits}")

    def _widths(self, what: str, left: Value, right: Value) -> None:
        self.check(width(left.type) == width(right.type),
                   f"{what} of {show_type(left.type)} and {show_type(right.type)}")

    def _access(self, address: Value, type_: Type) -> None:
        self.check(width(type_) > 0, f"memory access of {show_type(type_)}")
        target = address.type.target if isinstance(address.type, Reference) else type_
        if is_scalar(target) and is_scalar(type_):
            self.check(target.size == type_.size,
                       f"access of {type_.size} bytes through a reference to {show_type(target)}")

    def _context(self, context: Value, start: int, size: int, offset: int) -> None:
        self._space(context, Space.CONTEXT)
        self.check(start <= offset < start + size, f"context offset {offset} outside of the field at {start}")

    def _align(self, align: int) -> None:
        self.check(align > 0 and align & align - 1 == 0, f"alignment {align} is not a power of two")


def same_kind(given: Type, wanted: Type) -> bool:
    """Whether a value of one type may stand where the other is declared.

    Scalars must be of one type. References must agree in the address space and in the target, unless one of
    them has none; whether None is possible is the type checker's business and has no representation here.
    """
    if isinstance(given, Reference) and isinstance(wanted, Reference):
        targets = given.target, wanted.target
        return given.space is wanted.space and (
            targets[0] == targets[1] or any(isinstance(target, VoidType) for target in targets))
    return given == wanted


def _spaces_agree(base: Type, result: Type) -> bool:
    return isinstance(base, Reference) and isinstance(result, Reference) and base.space is result.space


def _space_name(type_: Type) -> str:
    return type_.space.value if isinstance(type_, Reference) else show_type(type_)
