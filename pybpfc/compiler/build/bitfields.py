"""Bit fields: reading and writing some bits of a struct's memory and none beside it.

In C's layout a field lies in one aligned unit of its declared type, which is read and written whole. In a packed
struct it may begin and end anywhere, so the bytes that it touches are taken one by one: a whole unit could be
misaligned, or reach beyond the struct.

In an object of the program's own the verifier takes an access that covers a bit field whole and touches no field before
it: the smallest one that does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pybpfc_runtime import layout

from ...record import value_record
from ..ir import module as ir
from ..source import Span
from ..types import U8, U32, U64, VOID, ArrayType, IntType, Reference, Space, Type
from .function import FunctionBuilder


@value_record
class BitField:
    """Bits of the struct at `address`, which has `size` bytes."""

    address: ir.Value
    field: layout.Field
    type: IntType
    align: int
    size: int
    volatile: bool = False


class _Piece(NamedTuple):
    """What one byte holds of a field."""

    byte: int  # of the struct
    shift: int  # the lowest bit in the byte
    bits: int
    position: int  # of that bit in the field


def load(b: FunctionBuilder, target: BitField, span: Span) -> ir.Value:
    """The field's value in its declared type."""
    bits = target.field.bits
    found = _unit(target)
    if found is not None:
        start, unit = found
        value = _read(b, target, start, unit, span)
        return _extended(b, value, unit, target.field.bit_offset - start * 8, bits, target.type, span)
    total: ir.Value | None = None
    for piece in _pieces(target.field):
        value = b.convert(_read(b, target, piece.byte, U8, span), U64, span)
        if piece.shift:
            value = b.binary(ir.Operator.LSHR, value, ir.Constant(U64, piece.shift), span)
        if piece.shift + piece.bits < 8:
            value = b.binary(ir.Operator.AND, value, ir.Constant(U64, (1 << piece.bits) - 1), span)
        if piece.position:
            value = b.binary(ir.Operator.SHL, value, ir.Constant(U64, piece.position), span)
        total = value if total is None else b.binary(ir.Operator.OR, total, value, span)
    assert total is not None  # a field has a bit at least
    return _extended(b, total, U64, 0, bits, target.type, span)


def _extended(b: FunctionBuilder, value: ir.Value, unit: IntType, shift: int, bits: int, type_: IntType,
              span: Span) -> ir.Value:
    """`bits` bits of a unit from `shift` on, as a number of `type_`."""
    if type_.signed:
        signed = IntType(unit.bits, True)
        raised = unit.bits - bits - shift
        if raised:
            value = b.binary(ir.Operator.SHL, value, ir.Constant(unit, raised), span)
        value = b.emit(ir.Convert(signed, span, ir.Conversion.REINTERPRET, value))
        if unit.bits > bits:
            value = b.binary(ir.Operator.ASHR, value, ir.Constant(signed, unit.bits - bits), span)
        return b.convert(value, type_, span)
    if shift:
        value = b.binary(ir.Operator.LSHR, value, ir.Constant(unit, shift), span)
    if bits < unit.bits:
        value = b.binary(ir.Operator.AND, value, ir.Constant(unit, (1 << bits) - 1), span)
    return b.convert(value, type_, span)


def store(b: FunctionBuilder, target: BitField, value: ir.Value, span: Span) -> None:
    """Write the low bits of `value`, which is of the field's declared type."""
    unit = IntType(target.type.bits, False)
    value = b.convert(value, unit, span)
    found = _unit(target)
    if found is not None:
        start, unit = found
        value = b.convert(value, unit, span)
        shift = target.field.bit_offset - start * 8
        _merge(b, target, start, unit, value, shift, target.field.bits, span)
        return
    for piece in _pieces(target.field):
        part = value
        if piece.position:
            part = b.binary(ir.Operator.LSHR, value, ir.Constant(unit, piece.position), span)
        _merge(b, target, piece.byte, U8, b.convert(part, U8, span), piece.shift, piece.bits, span)


def _merge(b: FunctionBuilder, target: BitField, offset: int, unit: IntType, value: ir.Value, shift: int, bits: int,
           span: Span) -> None:
    """Write `bits` bits at `shift` of the unit at byte `offset`, and keep the others."""
    mask = (1 << bits) - 1
    if bits < unit.bits:
        kept = b.binary(ir.Operator.AND, _read(b, target, offset, unit, span),
                        ir.Constant(unit, unit.maximum & ~(mask << shift)), span)
        value = b.binary(ir.Operator.AND, value, ir.Constant(unit, mask), span)
        if shift:
            value = b.binary(ir.Operator.SHL, value, ir.Constant(unit, shift), span)
        value = b.binary(ir.Operator.OR, kept, value, span)
    address = _address(b, target, offset, unit, span)
    b.emit(ir.Store(VOID, span, address, value, unit.size, target.volatile))


def _unit(target: BitField) -> tuple[int, IntType] | None:
    """The byte at which the unit begins that holds the whole field, and what it is read as; None where there is none.
    """
    if ir.pointer_space(target.address) is Space.OBJECT:
        start, size = smallest_unit(target.field, target.size)
        return (start, IntType(size * 8, False)) if size <= 8 else None
    size = target.type.size
    start = target.field.bit_offset // (size * 8) * size
    within = target.field.bit_offset - start * 8 + target.field.bits <= size * 8
    if not within or target.align < size or start + size > target.size:
        return None
    return start, IntType(size * 8, False)


def smallest_unit(field: layout.Field, struct_size: int) -> tuple[int, int]:
    """The smallest access that covers a bit field whole and begins where it begins: offset and bytes.

    It may be misaligned, which the verifier minds only on machines that cannot do that. More than 8 bytes where there
    is none.
    """
    first, end = field.bit_offset // 8, (field.bit_offset + field.bits + 7) // 8
    size = next(size for size in (1, 2, 4, 8, 16) if size >= end - first)
    return max(min(first, struct_size - size), 0), size if size <= struct_size else 16


def _pieces(field: layout.Field) -> Iterator[_Piece]:
    position = 0
    while position < field.bits:
        byte, shift = divmod(field.bit_offset + position, 8)
        bits = min(8 - shift, field.bits - position)
        yield _Piece(byte, shift, bits, position)
        position += bits


def _read(b: FunctionBuilder, target: BitField, offset: int, unit: IntType, span: Span) -> ir.Value:
    return b.emit(ir.Load(unit, span, _address(b, target, offset, unit, span), unit.size, target.volatile))


def _address(b: FunctionBuilder, target: BitField, offset: int, type_: Type, span: Span) -> ir.Value:
    base = target.address
    space = ir.pointer_space(base)
    assert isinstance(space, Space)  # the base of a field is a reference
    count = offset + type_.size
    whole = b.emit(ir.Convert(Reference(ArrayType(U8, count), space), span, ir.Conversion.REINTERPRET, base))
    byte = b.emit(ir.ElementAddress(Reference(U8, space), span, whole, ir.Constant(U32, offset), 1, count))
    return b.emit(ir.Convert(Reference(type_, space), span, ir.Conversion.REINTERPRET, byte))
