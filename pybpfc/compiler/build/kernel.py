"""CO-RE facts and bit fields of kernel structs."""

from __future__ import annotations

from .. import tree
from ..ir import module as ir
from ..source import Span
from ..types import S64, U8, U32, U64, VOID, BoolType, IntType, Reference, StructType, Type, from_layout
from . import memory
from .function import FunctionBuilder


def field_address(b: FunctionBuilder, base: ir.Value, place: tree.FieldPlace) -> ir.Value:
    """The relocatable address of a field, a bit field included; only facts about it are asked."""
    assert isinstance(base.type, Reference)
    struct: Type = place.struct
    for index in place.path:
        assert isinstance(struct, StructType)
        inner = from_layout(struct.layout.fields[index].type)
        base = b.emit(ir.FieldAddress(Reference(inner, base.type.space), place.span, base, struct, index, True))
        struct = inner
        assert isinstance(base.type, Reference)
    return base


def field_query(b: FunctionBuilder, node: tree.FieldQuery) -> ir.Value:
    from .expressions import value

    if isinstance(node.place, tree.ElementPlace):
        address = memory.address(b, memory.handle(b, node.place), node.span)
    else:
        address = field_address(b, value(b, node.place.base), node.place)
    return b.emit(ir.FieldInfo(U32, node.span, node.fact, address))


def type_query(b: FunctionBuilder, node: tree.TypeQuery) -> ir.Value:
    return b.emit(ir.TypeInfo(node.type, node.span, node.fact, node.subject))


def enum_query(b: FunctionBuilder, node: tree.EnumQuery) -> ir.Value:
    return b.emit(ir.EnumInfo(U64, node.span, node.enumeration, node.member, node.exists))


def kernel_bits(b: FunctionBuilder, node: tree.KernelBits) -> ir.Value:
    """A bit field read as BPF_CORE_READ_BITFIELD does: the bytes that hold it, then two shifts, all relocated.

    The sign is the target's: a field that became signed keeps its value.
    """
    from .expressions import value

    span = node.span
    base = value(b, node.place.base)
    assert isinstance(base.type, Reference) and isinstance(node.type, (IntType, BoolType))

    def fact(which: ir.FieldFact) -> ir.Value:
        return b.emit(ir.FieldInfo(U32, span, which, field_address(b, base, node.place)))

    offset = b.convert(fact(ir.FieldFact.BYTE_OFFSET), U64, span)
    start = b.emit(ir.PointerAdd(Reference(U8, base.type.space), span, _start_of_chain(base), offset))
    size = fact(ir.FieldFact.BYTE_SIZE)
    raw = _probed(b, node, start, size, span) if node.probe is not None else _loaded(b, start, size, span)
    left = b.convert(fact(ir.FieldFact.LEFT_SHIFT), U64, span)
    right = b.convert(fact(ir.FieldFact.RIGHT_SHIFT), U64, span)
    raised = b.binary(ir.Operator.SHL, raw, b.binary(ir.Operator.AND, left, ir.Constant(U64, 63), span), span)
    right = b.binary(ir.Operator.AND, right, ir.Constant(U64, 63), span)
    result = b.register("number", U64)
    signed, unsigned, done = b.block("signed"), b.block("unsigned"), b.block("shifted")
    b.branch(b.compare(ir.Predicate.NE, fact(ir.FieldFact.SIGNED), ir.Constant(U32, 0), span), signed, unsigned, span)
    b.start(signed)
    extended = b.binary(ir.Operator.ASHR, b.convert(raised, S64, span), b.convert(right, S64, span), span)
    b.write(result, b.convert(extended, U64, span), span)
    b.jump(done, span)
    b.start(unsigned)
    b.write(result, b.binary(ir.Operator.LSHR, raised, right, span), span)
    b.jump(done, span)
    b.start(done)
    found = b.read(result, span)
    if isinstance(node.type, BoolType):
        return b.compare(ir.Predicate.NE, found, ir.Constant(U64, 0), span)
    return b.convert(found, node.type, span)


def _start_of_chain(base: ir.Value) -> ir.Value:
    """What the offset of a field counts from: the loader's is that of the whole chain of embedded structs and elements
    that LLVM makes one record of."""
    while memory.is_link(base):
        base = base.base
    return base


def _probed(b: FunctionBuilder, node: tree.KernelBits, start: ir.Value, size: ir.Value, span: Span) -> ir.Value:
    assert node.probe is not None
    target = b.slot_address(b.slot(node, f"read of {span.text}", U64, span), span)
    b.emit(ir.Store(VOID, span, target, ir.Constant(U64, 0), 8))
    b.emit(ir.HelperCall(S64, span, node.probe, (target, size, start)))
    return b.emit(ir.Load(U64, span, target, 8))


def _loaded(b: FunctionBuilder, start: ir.Value, size: ir.Value, span: Span) -> ir.Value:
    """A load of the size that the target has; the loader's numbers leave one of them alive."""
    assert isinstance(start.type, Reference)
    raw = b.register("bits", U64)
    b.write(raw, ir.Constant(U64, 0), span)
    done = b.block("loaded")
    for width in (1, 2, 4, 8):
        this, other = b.block("bytes"), b.block("more")
        b.branch(b.compare(ir.Predicate.EQ, size, ir.Constant(U32, width), span), this, other, span)
        b.start(this)
        unit = IntType(width * 8, False)
        at = b.emit(ir.Convert(Reference(unit, start.type.space), span, ir.Conversion.REINTERPRET, start))
        loaded = b.emit(ir.Opaque(unit, span, b.emit(ir.Load(unit, span, at, width))))
        b.write(raw, b.convert(loaded, U64, span), span)
        b.jump(done, span)
        b.start(other)
    b.jump(done, span)
    b.start(done)
    return b.read(raw, span)
