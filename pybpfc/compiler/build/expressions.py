"""Typed expressions to IR values, in Python's order of evaluation."""

from __future__ import annotations

from typing import Any

from .. import tree
from ..errors import InternalError
from ..ir import module as ir
from ..source import Span
from ..types import (
    BOOL,
    S64,
    U8,
    U32,
    U64,
    VOID,
    ArrayType,
    CursorType,
    IntType,
    Reference,
    Space,
    Type,
    is_aggregate,
)
from . import arithmetic, kernel, memory, packets
from .function import FunctionBuilder, ReturnTarget

_PREDICATES = {
    "==": (ir.Predicate.EQ, ir.Predicate.EQ), "!=": (ir.Predicate.NE, ir.Predicate.NE),
    "<": (ir.Predicate.ULT, ir.Predicate.SLT), "<=": (ir.Predicate.ULE, ir.Predicate.SLE),
    ">": (ir.Predicate.UGT, ir.Predicate.SGT), ">=": (ir.Predicate.UGE, ir.Predicate.SGE),
}
BPF_NOEXIST = 1



def value(b: FunctionBuilder, node: tree.Expression) -> ir.Value:
    """Evaluate an expression that has a value."""
    found = _HANDLERS[type(node)](b, node)
    if found is None:
        raise InternalError(f"{type(node).__name__} has no value", node.span)
    made: ir.Value = found
    return made


def evaluate(b: FunctionBuilder, node: tree.Expression) -> None:
    """Evaluate an expression for what it does."""
    _HANDLERS[type(node)](b, node)


# --- constants and places


def _integer(b: FunctionBuilder, node: tree.IntegerConstant) -> ir.Value:
    return ir.Constant(node.type, node.value)


def _none(b: FunctionBuilder, node: tree.NoneConstant) -> ir.Value:
    return ir.Constant(node.type, 0)


def _string(b: FunctionBuilder, node: tree.StringConstant) -> ir.Value:
    return b.emit(ir.StringAddress(Reference(ArrayType(U8, max(len(node.text), 1)), Space.GLOBAL), node.span,
                                   node.text))


def _read(b: FunctionBuilder, node: tree.Read) -> ir.Value:
    return memory.load(b, memory.handle(b, node.place), node.span, node.type)


def _address(b: FunctionBuilder, node: tree.AddressOf) -> ir.Value:
    return memory.address(b, memory.handle(b, node.place), node.span)


def _map(b: FunctionBuilder, node: tree.MapReference) -> ir.Value:
    if node.found is not None:
        return value(b, node.found)
    return b.emit(ir.MapAddress(Reference(VOID, Space.GLOBAL), node.span, b.maps[node.declaration.name]))


def _function(b: FunctionBuilder, node: tree.FunctionReference) -> ir.Value:
    return b.emit(ir.FunctionAddress(Reference(VOID, Space.GLOBAL), node.span, node.function.name))


# --- conversions


def _cast(b: FunctionBuilder, node: tree.Cast) -> ir.Value:
    return b.convert(value(b, node.value), node.type, node.span, implicit=node.implicit)


def _reinterpret(b: FunctionBuilder, node: tree.Reinterpret) -> ir.Value:
    return b.emit(ir.Convert(node.type, node.span, ir.Conversion.REINTERPRET, value(b, node.value)))


def _address_number(b: FunctionBuilder, node: tree.AddressNumber) -> ir.Value:
    return b.emit(ir.Convert(U64, node.span, ir.Conversion.TO_ADDRESS, value(b, node.value)))


def _swap(b: FunctionBuilder, node: tree.ByteSwapped) -> ir.Value:
    return b.emit(ir.ByteSwap(node.type, node.span, value(b, node.value)))


# --- operators


def _arithmetic(b: FunctionBuilder, node: tree.Arithmetic, *, bounded: bool = True) -> ir.Value:
    left = value(b, node.left)
    right = value(b, node.right)
    return arithmetic.arithmetic(b, node.operator, left, right, node.type, node.span, bounded=bounded)


def _inverted(b: FunctionBuilder, node: tree.Inverted) -> ir.Value:
    return arithmetic.inverted(b, value(b, node.value), node.span)


def _packet_offset(b: FunctionBuilder, node: tree.PacketOffset) -> ir.Value:
    base = value(b, node.base)
    offset = value(b, node.offset)
    if node.subtract:
        offset = ir.Constant(U64, U64.wrap(-offset.value)) if isinstance(offset, ir.Constant) else b.binary(
            ir.Operator.SUB, ir.Constant(U64, 0), offset, node.span)
    return b.pointer_add(base, offset, node.span)


def _packet_length(b: FunctionBuilder, node: tree.PacketLength) -> ir.Value:
    left = b.emit(ir.Convert(U64, node.span, ir.Conversion.TO_ADDRESS, value(b, node.left)))
    right = b.emit(ir.Convert(U64, node.span, ir.Conversion.TO_ADDRESS, value(b, node.right)))
    # LLVM would add what is added to the difference to one of the pointers, which the verifier does not take.
    return b.emit(ir.Opaque(U64, node.span, b.binary(ir.Operator.SUB, left, right, node.span)))


def _comparison(b: FunctionBuilder, node: tree.Comparison) -> ir.Value:
    if isinstance(node.left, tree.Arithmetic) and isinstance(node.right, tree.IntegerConstant):
        left = _arithmetic(b, node.left, bounded=False)  # the result is no index
    else:
        left = value(b, node.left)
    right = value(b, node.right)
    signed = isinstance(left.type, IntType) and left.type.signed
    return b.compare(_PREDICATES[node.operator][signed], left, right, node.span)


def _none_test(b: FunctionBuilder, node: tree.NoneTest) -> ir.Value:
    tested = value(b, node.value)
    predicate = ir.Predicate.EQ if node.is_none else ir.Predicate.NE
    return b.compare(predicate, tested, ir.Constant(tested.type, 0), node.span)


def _none_value(b: FunctionBuilder, node: tree.NoneTest) -> ir.Value:
    """A test for None that is kept as a bool: two of them must not become one test of both pointers."""
    return b.emit(ir.Opaque(BOOL, node.span, _none_test(b, node)))


def _memory_comparison(b: FunctionBuilder, node: tree.MemoryComparison) -> ir.Value:
    left = value(b, node.left)
    right = value(b, node.right)
    assert isinstance(node.left.type, Reference)
    return _maybe_not(b, memory.equal(b, left, right, node.left.type.target, node.span), node.equal, node.span)


def _text_comparison(b: FunctionBuilder, node: tree.TextComparison) -> ir.Value:
    return _maybe_not(b, memory.text_equal(b, value(b, node.value), node.text, node.span), node.equal, node.span)


def _maybe_not(b: FunctionBuilder, test: ir.Value, keep: bool, span: Span) -> ir.Value:
    return test if keep else b.compare(ir.Predicate.EQ, test, ir.Constant(BOOL, 0), span)


# --- control flow inside expressions


def branch_on(b: FunctionBuilder, test: tree.Expression, then: ir.Block, otherwise: ir.Block) -> None:
    """Go to `then` or `otherwise`, evaluating only as much of the condition as is needed."""
    span = test.span
    if isinstance(test, tree.IntegerConstant):
        b.jump(then if test.value else otherwise, span)
    elif isinstance(test, tree.Negation):
        branch_on(b, test.value, otherwise, then)
    elif isinstance(test, tree.Logical):
        for operand in test.operands[:-1]:
            following = b.block("and" if test.operator == "and" else "or")
            if test.operator == "and":
                branch_on(b, operand, following, otherwise)
            else:
                branch_on(b, operand, then, following)
            b.start(following)
        branch_on(b, test.operands[-1], then, otherwise)
    elif isinstance(test, tree.ComparisonChain):
        for position, (bindings, comparison) in enumerate(zip(test.links, test.tests, strict=True)):
            _bind(b, bindings)
            if position == len(test.tests) - 1:
                branch_on(b, comparison, then, otherwise)
            else:
                following = b.block("chain")
                branch_on(b, comparison, following, otherwise)
                b.start(following)
    elif isinstance(test, tree.NoneTest):
        b.branch(_none_test(b, test), then, otherwise, span)
    elif isinstance(test, tree.Sequenced):
        _bind(b, test.bindings)
        branch_on(b, test.value, then, otherwise)
    else:
        b.branch(value(b, test), then, otherwise, span)


def _logical(b: FunctionBuilder, node: tree.Expression) -> ir.Value:
    """A condition with short circuit, as a bool."""
    result = b.register("condition", BOOL)
    then, otherwise, done = b.block("true"), b.block("false"), b.block("decided")
    branch_on(b, node, then, otherwise)
    for block, outcome in ((then, 1), (otherwise, 0)):
        b.start(block)
        b.write(result, ir.Constant(BOOL, outcome), node.span)
        b.jump(done, node.span)
    b.start(done)
    return b.read(result, node.span)


def _hidden(b: FunctionBuilder, node: tree.Hidden) -> ir.Value:
    found = value(b, node.value)
    return found if isinstance(found, ir.Constant) else b.emit(ir.Opaque(node.type, node.span, found))


def _negation(b: FunctionBuilder, node: tree.Negation) -> ir.Value:
    return b.compare(ir.Predicate.EQ, value(b, node.value), ir.Constant(BOOL, 0), node.span)


def _conditional(b: FunctionBuilder, node: tree.Conditional) -> ir.Value:
    result = b.register("choice", node.type)
    then, otherwise, done = b.block("then"), b.block("else"), b.block("chosen")
    branch_on(b, node.test, then, otherwise)
    for block, arm in ((then, node.then), (otherwise, node.otherwise)):
        b.start(block)
        b.write(result, value(b, arm), arm.span)
        b.jump(done, arm.span)
    b.start(done)
    return b.read(result, node.span)


def _walrus(b: FunctionBuilder, node: tree.Walrus) -> ir.Value | None:
    if isinstance(node.type, CursorType):
        packets.start(b, node.variable, node.value)
        return None
    made = value(b, node.value)
    b.write(b.local(node.variable), made, node.span)
    return made


def _bind(b: FunctionBuilder, bindings: tuple[tuple[tree.Variable, tree.Expression], ...]) -> None:
    for variable, bound in bindings:
        b.write(b.local(variable), value(b, bound), bound.span)


def _sequenced(b: FunctionBuilder, node: tree.Sequenced) -> ir.Value | None:
    _bind(b, node.bindings)
    result: ir.Value | None = _HANDLERS[type(node.value)](b, node.value)  # a function that gives nothing has none
    return result


def _extremum(b: FunctionBuilder, node: tree.Extremum) -> ir.Value:
    operands = []
    for item in node.operands:
        operand = value(b, item)
        if isinstance(item, (tree.Inverted, tree.Arithmetic)) or (
                isinstance(item, tree.Read) and isinstance(item.place, tree.VariablePlace)):
            # LLVM makes `~max(x, -6)` of `min(~x, 5)`, and the verifier loses the bound.
            operand = b.emit(ir.Opaque(operand.type, item.span, operand))
        operands.append(operand)
    return arithmetic.extremum(b, node.smallest, operands, node.type, node.span)


def _absolute(b: FunctionBuilder, node: tree.Absolute) -> ir.Value:
    return arithmetic.absolute(b, value(b, node.value), node.span)


# --- objects


def _temporary(b: FunctionBuilder, node: tree.Temporary) -> ir.Value:
    held = value(b, node.value)
    assert isinstance(node.type, Reference)
    target = b.slot_address(b.slot(node, node.name, node.type.target, node.span), node.span)
    b.emit(ir.Store(VOID, node.span, target, held, node.type.target.align))
    return target


def _array_literal(b: FunctionBuilder, node: tree.ArrayLiteral) -> ir.Value:
    """A literal that a helper reads or a tuple assignment keeps: in a slot of its own."""
    assert isinstance(node.type, Reference)
    type_ = node.type.target
    target = b.slot_address(b.slot(node, "literal", type_, node.span), node.span)
    elements = memory.literal(b, node, copies=False)
    memory.store_literal(b, memory.Memory(target, type_, type_.align), node, elements)
    return target


# --- calls


def _probe_read(b: FunctionBuilder, node: tree.ProbeRead) -> ir.Value:
    span = node.span
    source = value(b, node.address)
    target = b.slot_address(b.slot(node, f"read of {span.text}", node.read, span), span)
    b.emit(ir.HelperCall(S64, span, node.helper, (target, ir.Constant(U32, node.read.size), source)))
    if is_aggregate(node.read):
        return target
    return b.emit(ir.Load(node.type, span, target, node.read.align))


def _pointer_from_number(b: FunctionBuilder, node: tree.PointerFromNumber) -> ir.Value:
    if node.arena is not None:
        b.function.arenas.append((b.maps[node.arena.name], node.span))
    address = value(b, node.value)
    return b.emit(ir.Convert(node.type, node.span, ir.Conversion.FROM_ADDRESS, address, acquires=node.acquires))


def _kept_pointer(b: FunctionBuilder, node: tree.KeptPointer) -> ir.Value:
    return b.emit(ir.Load(node.type, node.span, value(b, node.field), node.type.size))


def _container_of(b: FunctionBuilder, node: tree.ContainerOf) -> ir.Value:
    """A pointer that may be None is tested before anything is subtracted from it: the verifier demands that."""
    span, type_ = node.span, node.type
    part = value(b, node.part)
    assert isinstance(type_, Reference) and isinstance(part.type, Reference)
    if not node.offset:
        return b.emit(ir.Convert(type_, span, ir.Conversion.REINTERPRET, part))
    back = ir.Constant(U64, -node.offset % (1 << 64))
    if not type_.nullable:
        return b.emit(ir.PointerAdd(type_, span, part, back, inside=True))
    result = b.register("container", type_)
    there, nothing, done = b.block("there"), b.block("nothing"), b.block("container")
    b.branch(b.compare(ir.Predicate.NE, part, ir.Constant(part.type, 0), span), there, nothing, span)
    b.start(there)
    b.write(result, b.emit(ir.PointerAdd(type_, span, part, back, inside=True)), span)
    b.jump(done, span)
    b.start(nothing)
    b.write(result, ir.Constant(type_, 0), span)
    b.jump(done, span)
    b.start(done)
    return b.read(result, span)


def _call_helper(b: FunctionBuilder, node: tree.CallHelper) -> ir.Value:
    arguments = tuple(value(b, item) for item in node.arguments)
    return b.emit(ir.HelperCall(node.type, node.span, node.helper, arguments))


def _call_kernel(b: FunctionBuilder, node: tree.CallKernel) -> ir.Value:
    arguments = tuple(value(b, item) for item in node.arguments)
    made = b.emit(ir.KernelCall(node.type, node.span, node.function, arguments))
    if isinstance(node.type, Reference) and node.type.space is Space.OBJECT and node.arguments \
            and isinstance(node.arguments[0], tree.TypeQuery):
        memory.clear_object(b, made, node.span)
    return made


def _iterator_state(b: FunctionBuilder, node: tree.IteratorState) -> ir.Value:
    return b.slot_address(b.iterators[node.state], node.span)


def _kernel_function_test(b: FunctionBuilder, node: tree.KernelFunctionTest) -> ir.Value:
    return b.emit(ir.KernelFunctionTest(BOOL, node.span, node.function))


def _passed(b: FunctionBuilder, argument: ir.Value, type_: Type, span: Span) -> ir.Value:
    """A reference into one kind of plain memory where the parameter names another: the checker has allowed it."""
    given = argument.type
    if isinstance(given, Reference) and isinstance(type_, Reference) and given.space is not type_.space:
        return b.emit(ir.Convert(Reference(given.target, type_.space, given.nullable), span,
                                 ir.Conversion.REINTERPRET, argument))
    return argument


def _call_function(b: FunctionBuilder, node: tree.CallFunction) -> ir.Value:
    arguments = tuple(_passed(b, value(b, item), parameter.type, item.span)
                      for item, parameter in zip(node.arguments, node.function.parameters, strict=True))
    # The result's type is read here and not where the call was checked: a body's returns settle its space.
    return b.emit(ir.FunctionCall(node.function.result, node.span, node.function.name, arguments))


def _inline_call(b: FunctionBuilder, node: tree.InlineCall) -> ir.Value | None:
    from .statements import statements

    for variable, bound in node.parameters:
        if isinstance(bound.type, CursorType):
            b.cursors[variable] = packets.state(b, bound)
        else:
            b.write(b.local(variable), value(b, bound), bound.span)
    done = b.block("inlined")
    result = None if node.result is None else b.local(node.result)
    b.returns.append(ReturnTarget(done, result, len(b.scopes)))
    outer_loops, b.loops = b.loops, []
    statements(b, node.body)
    b.loops = outer_loops
    b.returns.pop()
    b.jump(done, node.span)
    b.start(done)
    return None if result is None else b.read(result, node.span)


def _atomic(b: FunctionBuilder, node: tree.AtomicOperation) -> ir.Value:
    target = memory.handle(b, node.place)
    expected = None if node.expected is None else value(b, node.expected)
    operand = value(b, node.value)
    if not node.used:
        operand = _addend(b, operand, node.span)
    return b.emit(ir.Atomic(node.place.type if node.used else VOID, node.span, node.operator,
                            memory.address(b, target, node.span), operand, node.used, expected))


def _addend(b: FunctionBuilder, amount: ir.Value, span: Span) -> ir.Value:
    """LLVM makes an atomic `or` of adding what it knows to be 0, and that needs Linux 5.12 and cpu v3."""
    return b.emit(ir.Opaque(amount.type, span, amount))


def _print(b: FunctionBuilder, node: tree.Print) -> ir.Value:
    buffer = None if node.target is None else value(b, node.target)
    values = [value(b, item) for item in node.values]
    span = node.span
    text = b.emit(ir.StringAddress(Reference(ArrayType(U8, len(node.format)), Space.GLOBAL), span, node.format))
    size = ir.Constant(U32, len(node.format))
    if buffer is not None and not values:
        data: tuple[ir.Value, ...] = (ir.Constant(U64, 0), ir.Constant(U32, 0))
    elif buffer is not None or node.helper.name == "bpf_trace_vprintk":
        array = ArrayType(U64, len(values))
        target = b.slot_address(b.slot(node, "printed values", array, span), span)
        for index, item in enumerate(values):
            at = b.emit(ir.ElementAddress(Reference(U64, Space.STACK), span, target, ir.Constant(U32, index), 8,
                                          len(values)))
            b.emit(ir.Store(VOID, span, at, _as_u64(b, item, span), 8))
        data = (target, ir.Constant(U32, len(values) * 8))
    else:
        data = tuple(values)
    arguments = (text, size, *data)
    if buffer is not None and node.helper.name == "bpf_seq_printf":
        arguments = (buffer, *arguments)
    elif buffer is not None:
        assert node.target is not None and isinstance(node.target.type, Reference)
        arguments = (buffer, ir.Constant(U32, node.target.type.target.size), text, *data)
    return b.emit(ir.HelperCall(node.type, span, node.helper, arguments))


def _as_u64(b: FunctionBuilder, item: ir.Value, span: Span) -> ir.Value:
    if isinstance(item.type, Reference):
        return b.emit(ir.Convert(U64, span, ir.Conversion.TO_ADDRESS, item))
    return b.convert(item, U64, span)


def _map_augment(b: FunctionBuilder, node: tree.MapAugment) -> None:
    """lookup; add where there is a value; else insert with BPF_NOEXIST, and if another CPU was first, add to its."""
    span = node.span
    map_ = _map(b, node.map)
    key = value(b, node.key)
    amount = value(b, node.amount)
    pointer = Reference(amount.type, Space.MAP_VALUE, True)
    done, there = b.block("counted"), b.block("add")

    def look_up(absent: ir.Block, present: ir.Block) -> ir.Value:
        found = b.emit(ir.HelperCall(pointer, span, node.lookup, (map_, key)))
        b.branch(b.compare(ir.Predicate.EQ, found, ir.Constant(pointer, 0), span), absent, present, span)
        return found

    def add(found: ir.Value) -> None:
        place = b.emit(ir.Convert(pointer.non_null(), span, ir.Conversion.REINTERPRET, found))
        if node.atomic:
            b.emit(ir.Atomic(VOID, span, ir.AtomicOperator.ADD, place, _addend(b, amount, span), False))
        else:
            now = b.emit(ir.Load(amount.type, span, place, amount.type.align))
            b.emit(ir.Store(VOID, span, place, b.binary(ir.Operator.ADD, now, amount, span), amount.type.align))
        b.jump(done, span)

    if not node.insert:
        found = look_up(done, there)
        b.start(there)
        add(found)
        b.start(done)
        return
    absent = b.block("insert")
    found = look_up(absent, there)
    b.start(there)
    add(found)
    b.start(absent)
    first = b.slot_address(b.slot(node, f"value of {node.map.declaration.name}", amount.type, span), span)
    b.emit(ir.Store(VOID, span, first, amount, amount.type.align))
    inserted = b.emit(ir.HelperCall(S64, span, node.update,
                                    (map_, key, first, ir.Constant(U64, BPF_NOEXIST))))
    lost = b.block("lost")
    b.branch(b.compare(ir.Predicate.EQ, inserted, ir.Constant(inserted.type, 0), span), done, lost, span)
    b.start(lost)
    again = b.block("again")
    found = look_up(done, again)
    b.start(again)
    add(found)
    b.start(done)


def _cursor_start(b: FunctionBuilder, node: tree.CursorStart) -> None:
    """A cursor that no variable holds: it is evaluated and forgotten."""
    packets.state(b, node)


_HANDLERS: dict[type[tree.Expression], Any] = {
    tree.IntegerConstant: _integer,
    tree.NoneConstant: _none,
    tree.StringConstant: _string,
    tree.Read: _read,
    tree.AddressOf: _address,
    tree.MapReference: _map,
    tree.FunctionReference: _function,
    tree.Cast: _cast,
    tree.Reinterpret: _reinterpret,
    tree.AddressNumber: _address_number,
    tree.ByteSwapped: _swap,
    tree.Arithmetic: _arithmetic,
    tree.Inverted: _inverted,
    tree.PacketOffset: _packet_offset,
    tree.PacketLength: _packet_length,
    tree.Comparison: _comparison,
    tree.NoneTest: _none_value,
    tree.MemoryComparison: _memory_comparison,
    tree.TextComparison: _text_comparison,
    tree.Logical: _logical,
    tree.ComparisonChain: _logical,
    tree.Negation: _negation,
    tree.Hidden: _hidden,
    tree.Conditional: _conditional,
    tree.Walrus: _walrus,
    tree.Sequenced: _sequenced,
    tree.Extremum: _extremum,
    tree.Absolute: _absolute,
    tree.Construct: memory.construct,
    tree.Temporary: _temporary,
    tree.ArrayLiteral: _array_literal,
    tree.FieldQuery: kernel.field_query,
    tree.TypeQuery: kernel.type_query,
    tree.EnumQuery: kernel.enum_query,
    tree.KernelBits: kernel.kernel_bits,
    tree.ProbeRead: _probe_read,
    tree.PointerFromNumber: _pointer_from_number,
    tree.KeptPointer: _kept_pointer,
    tree.ContainerOf: _container_of,
    tree.CallHelper: _call_helper,
    tree.CallKernel: _call_kernel,
    tree.IteratorState: _iterator_state,
    tree.KernelFunctionTest: _kernel_function_test,
    tree.CallFunction: _call_function,
    tree.InlineCall: _inline_call,
    tree.AtomicOperation: _atomic,
    tree.Print: _print,
    tree.MapAugment: _map_augment,
    tree.CursorStart: _cursor_start,
    tree.CursorPull: packets.pull,
    tree.CursorSkip: packets.skip,
}


