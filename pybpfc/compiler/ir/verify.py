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

    # The function as a whole

    def _signature(self) -> None:
        function = self.function
        for parameter in function.parameters:
            if parameter.local not in self.locals:
                self.fail(f"the local of parameter {parameter.name} is not a local")
            if not same_kind(parameter.local.type, parameter.type):
                self.fail(f"parameter {parameter.name} is {show_type(parameter.type)}, "
                          f"its local {show_type(parameter.local.type)}")
        if not (isinstance(function.result, VoidType) or width(function.result) > 0):
            self.fail(f"the result is {show_type(function.result)}")
        if len(self.locals) != len(function.locals):
            self.fail("a local is listed twice")
        if len(self.slots) != len(function.slots):
            self.fail("a slot is listed twice")
        for local in function.locals:
            if width(local.type) <= 0:
                self.fail(f"local {local.name} is {show_type(local.type)}: no register holds it")

    def _shape(self) -> None:
        function = self.function
        if not function.blocks:
            self.fail("it has no blocks")
        if len(self.blocks) != len(function.blocks):
            self.fail("a block is listed twice")
        for block in function.blocks:
            terminator = block.terminator
            if terminator is None:
                self.fail(f"block {block.name} has no terminator")
            self.at = terminator.span
            for target in terminator.successors():
                if target not in self.blocks:
                    self.fail(f"block {block.name} leads to {target.name}, a foreign block")
                if target is function.blocks[0]:
                    self.fail(f"block {block.name} leads back to the entry")
            for index, instruction in enumerate(block.instructions):
                self.at = instruction.span
                if instruction in self.places:
                    self.fail(f"an instruction is listed twice, again in {block.name}")
                self.places[instruction] = (block, index)

    def _operands(self, graph: Graph, block: Block, index: int, operands: tuple[Value, ...]) -> None:
        for operand in operands:
            if isinstance(operand, Constant):
                self._constant(operand)
                continue
            if not isinstance(operand, Instruction):
                self.fail(f"operand {type(operand).__name__} is not an instruction")
            if operand not in self.places:
                self.fail(f"operand {type(operand).__name__} is in no block of the function")
            if isinstance(operand.type, VoidType):
                self.fail(f"operand {type(operand).__name__} yields nothing")
            home, place = self.places[operand]
            if home is block:
                if place >= index:
                    self.fail(f"{type(operand).__name__} is used before it is computed")
            elif block in graph.position and not (home in graph.position and graph.dominates(home, block)):
                self.fail(f"{type(operand).__name__} of block {home.name} does not dominate its use in {block.name}")

    def _constant(self, constant: Constant) -> None:
        type_ = constant.type
        if isinstance(type_, BoolType):
            if constant.value not in (0, 1):
                self.fail(f"boolean constant {constant.value}")
        elif isinstance(type_, IntType):
            if not type_.holds(constant.value):
                self.fail(f"constant {constant.value} does not fit {type_}")
        elif isinstance(type_, BeType):
            if not 0 <= constant.value < 1 << type_.bits:
                self.fail(f"constant {constant.value} does not fit {type_}")
        else:
            if not (isinstance(type_, Reference) and constant.value == 0):
                self.fail(f"constant {constant.value} of type {show_type(type_)}")

    # Terminators

    def _terminator(self, item: Terminator) -> None:
        match item:
            case Jump():
                if item.loop is not None and item.loop.kind not in ("range", "while", "unrolled", "iterator"):
                    self.fail(f"loop kind {item.loop.kind!r}")
            case Branch():
                if item.condition.type != BOOL:
                    self.fail(f"branch on {show_type(item.condition.type)}")
            case Return():
                if item.value is None:
                    if not isinstance(self.function.result, VoidType):
                        self.fail("return without a value")
                else:
                    self._same("returned value", item.value.type, self.function.result)
            case _:
                self.fail(f"unknown terminator {type(item).__name__}")

    # Instructions

    def _instruction(self, item: Instruction) -> None:
        match item:
            case LocalRead():
                if item.local not in self.locals:
                    self.fail(f"local {item.local.name} is not of this function")
                self._same(f"read of local {item.local.name}", item.type, item.local.type)
            case LocalWrite():
                if item.local not in self.locals:
                    self.fail(f"local {item.local.name} is not of this function")
                self._void(item)
                self._same(f"value written to local {item.local.name}", item.value.type, item.local.type)
            case Binary():
                self._scalar("left operand", item.left)
                self._scalar("right operand", item.right)
                self._widths(item.operator.value, item.left, item.right)
                self._width(f"result of {item.operator.value}", item, width(item.left.type))
            case Compare():
                if item.type != BOOL:
                    self.fail("a comparison yields a boolean")
                left, right = item.left.type, item.right.type
                if not (isinstance(left, Reference) == isinstance(right, Reference) and width(left) > 0):
                    self.fail(f"comparison of {show_type(left)} with {show_type(right)}")
                self._widths("compare", item.left, item.right)
            case Convert():
                self._convert(item)
            case ByteSwap():
                if not (width(item.type) in (16, 32, 64) and is_scalar(item.type)):
                    self.fail("byte swap of a strange width")
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
                if item.value.type != BOOL:
                    self.fail("an assumption about something that is not a boolean")
            case SlotAddress():
                if item.slot not in self.slots:
                    self.fail(f"slot {item.slot.name} is not of this function")
                self._space(item, Space.STACK)
            case MapAddress():
                if item.map not in self.module.maps:
                    self.fail(f"map {item.map.name} is not in the module")
                self._pointer("address of a map", item)
            case GlobalAddress():
                if item.variable not in self.module.variables:
                    self.fail(f"variable {item.variable.name} is not in the module")
                self._space(item, Space.GLOBAL)
            case StringAddress():
                self._pointer("address of a string", item)
            case FunctionAddress():
                if item.function not in self.functions:
                    self.fail(f"function {item.function} is not in the module")
                if self.functions[item.function].linkage is Linkage.PROGRAM:
                    self.fail(f"the address of program {item.function}")
                self._width("address of a function", item, 64)
            case FieldAddress() | ElementAddress() | PointerAdd():
                self._address(item)
            case Load() | Store() | ContextLoad() | ContextStore() | CopyMemory() | ZeroMemory() | Atomic():
                self._memory(item)
            case FieldInfo() | TypeInfo() | EnumInfo():
                if not isinstance(item.type, IntType):
                    self.fail("a CO-RE fact that is no integer")
            case KernelCall():
                if len(item.arguments) != len(item.function.arguments):
                    self.fail(f"{item.function.name} takes {len(item.function.arguments)} arguments")
            case KernelFunctionTest():
                if item.type != BOOL:
                    self.fail("a test that yields no boolean")
            case HelperCall() | FunctionCall():
                self._call(item)
            case _:
                self.fail(f"unknown instruction {type(item).__name__}")

    def _convert(self, item: Convert) -> None:
        source, target = item.value.type, item.type
        before, after = width(source), width(target)
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
        if item.implicit:
            holds = holds and isinstance(source, (IntType, BoolType)) and isinstance(target, (IntType, BoolType))
        if not holds:
            self.fail(f"{'implicit ' if item.implicit else ''}{item.conversion.value} of {show_type(source)} to "
                      f"{show_type(target)}")

    def _address(self, item: FieldAddress | ElementAddress | PointerAdd) -> None:
        self._pointer("base", item.base)
        self._pointer("address", item)
        if not _spaces_agree(item.base.type, item.type):
            self.fail(f"an address in {_space_name(item.type)} made from one in {_space_name(item.base.type)}")
        if isinstance(item, FieldAddress):
            if not 0 <= item.index < len(item.struct.layout.fields):
                self.fail(f"{item.struct.name} has no field number {item.index}")
        elif isinstance(item, ElementAddress):
            if not isinstance(item.index.type, IntType):
                self.fail(f"an index of type {show_type(item.index.type)}")
            if item.stride <= 0 or item.count < 0:
                self.fail(f"{item.count} elements of {item.stride} bytes")
            if item.size is not None and item.size.type != U64:
                self.fail("the size of an element is no u64")
        else:
            if not (isinstance(item.offset.type, IntType) and item.offset.type.bits == 64):
                self.fail(f"an offset of type {show_type(item.offset.type)}")

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
                if width(item.type) <= 0:
                    self.fail(f"context field {item.field.name} read as {show_type(item.type)}")
            case ContextStore():
                self._void(item)
                self._context(item.context, item.field.offset, item.field.size, item.byte_offset)
                self._scalar(f"value of context field {item.field.name}", item.value)
            case CopyMemory():
                self._void(item)
                self._pointer("target", item.target)
                self._pointer("source", item.source)
                if item.size <= 0:
                    self.fail(f"a copy of {item.size} bytes")
                self._align(item.align)
            case ZeroMemory():
                self._void(item)
                self._pointer("target", item.target)
                if item.size <= 0:
                    self.fail(f"zeroing of {item.size} bytes")
                self._align(item.align)
            case Atomic():
                self._pointer("address", item.address)
                self._scalar("operand", item.value)
                if width(item.value.type) not in (32, 64):
                    self.fail(f"an atomic of {width(item.value.type)} bits")
                exchange = item.operator is AtomicOperator.COMPARE_EXCHANGE
                if (item.expected is not None) != exchange:
                    self.fail("only cmpxchg has an expected value")
                if item.expected is not None:
                    self._widths("cmpxchg", item.value, item.expected)
                if item.used:
                    self._width("old value", item, width(item.value.type))
                else:
                    self._void(item)

    def _call(self, item: HelperCall | FunctionCall) -> None:
        given = len(item.arguments)
        if given > MAX_ARGUMENTS:
            self.fail(f"a call with {given} arguments")
        if isinstance(item, HelperCall):
            expected = len(item.helper.arguments)
            enough = given >= expected if item.helper.variadic else given == expected
            if not enough:
                self.fail(f"{item.helper.name} takes {expected} arguments, {given} are given")
            for position, argument in enumerate(item.arguments):
                if width(argument.type) <= 0:
                    self.fail(f"argument {position} of {item.helper.name} is {show_type(argument.type)}")
            if not (isinstance(item.type, VoidType) or width(item.type) > 0):
                self.fail(f"{item.helper.name} yields {show_type(item.type)}")
            return
        callee = self.functions.get(item.function)
        if callee is None:
            self.fail(f"function {item.function} is not in the module")
        if callee.linkage is Linkage.PROGRAM:
            self.fail(f"a call of program {item.function}")
        if given != len(callee.parameters):
            self.fail(f"{item.function} takes {len(callee.parameters)} arguments, {given} are given")
        for parameter, argument in zip(callee.parameters, item.arguments, strict=True):
            self._same(f"argument {parameter.name} of {item.function}", argument.type, parameter.type)
        self._same(f"result of {item.function}", item.type, callee.result)

    # Types

    def _same(self, what: str, given: Type, wanted: Type) -> None:
        if not same_kind(given, wanted):
            self.fail(f"{what} is {show_type(given)}, not {show_type(wanted)}")

    def _void(self, item: Instruction) -> None:
        if not isinstance(item.type, VoidType):
            self.fail(f"{type(item).__name__} has the type {show_type(item.type)}")

    def _scalar(self, what: str, value: Value) -> None:
        if not is_scalar(value.type):
            self.fail(f"the {what} is {show_type(value.type)}, not a number")

    def _pointer(self, what: str, value: Value) -> None:
        if not isinstance(value.type, Reference):
            self.fail(f"the {what} is {show_type(value.type)}, not a reference")

    def _space(self, value: Value, space: Space) -> None:
        if not (isinstance(value.type, Reference) and value.type.space is space):
            self.fail(f"{type(value).__name__} yields {show_type(value.type)}, not a reference in {space.value}")

    def _width(self, what: str, value: Value, bits: int) -> None:
        if width(value.type) != bits:
            self.fail(f"the {what} has {width(value.type)} bits, not {bits}")

    def _widths(self, what: str, left: Value, right: Value) -> None:
        if width(left.type) != width(right.type):
            self.fail(f"{what} of {show_type(left.type)} and {show_type(right.type)}")

    def _access(self, address: Value, type_: Type) -> None:
        if width(type_) <= 0:
            self.fail(f"memory access of {show_type(type_)}")
        target = address.type.target if isinstance(address.type, Reference) else type_
        if is_scalar(target) and is_scalar(type_) and target.size != type_.size:
            self.fail(f"access of {type_.size} bytes through a reference to {show_type(target)}")

    def _context(self, context: Value, start: int, size: int, offset: int) -> None:
        self._space(context, Space.CONTEXT)
        if not start <= offset < start + size:
            self.fail(f"context offset {offset} outside of the field at {start}")

    def _align(self, align: int) -> None:
        if align <= 0 or align & align - 1:
            self.fail(f"alignment {align} is not a power of two")


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
