"""Places: addresses, loads, stores, bit fields, copies and comparisons of memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from ...record import replace, value_record
from ...tables.rows import ContextField
from .. import tree
from ..errors import InternalError
from ..ir import module as ir
from ..source import Span
from ..types import (
    BOOL,
    PLAIN,
    U8,
    U32,
    U64,
    VOID,
    ArrayType,
    IntType,
    KptrType,
    OpaqueType,
    Reference,
    Space,
    StringType,
    StructType,
    Type,
    from_layout,
    has_no_name,
    is_aggregate,
)
from . import bitfields, indexes, packets
from .bitfields import BitField
from .function import FunctionBuilder

if TYPE_CHECKING:
    from collections.abc import Iterator


_COMPARED_AT_ONCE = 16
_KERNEL = (Space.TRUSTED, Space.READABLE, Space.UNTRUSTED, Space.USER, Space.CONTEXT)


@value_record
class Register:
    local: ir.Local


@value_record
class Memory:
    address: ir.Value
    type: Type
    align: int
    volatile: bool = False


@value_record
class ContextMember:
    context: ir.Value
    field: ContextField
    type: Type
    byte_offset: int


@value_record
class Elements:
    """The values of an array literal, before any of them is stored."""

    values: tuple[ir.Value | Elements, ...]


Handle = Register | Memory | BitField | ContextMember


def handle(b: FunctionBuilder, place: tree.Place) -> Handle:
    """Evaluate what a place is made of, once; reads and writes through the handle evaluate nothing again."""
    from .expressions import value

    span = place.span
    if isinstance(place, tree.VariablePlace):
        return Register(b.local(place.variable))
    if isinstance(place, tree.GlobalPlace):
        variable = b.variables[place.declaration.name]
        address = b.emit(ir.GlobalAddress(Reference(place.type, Space.GLOBAL), span, variable))
        return Memory(address, place.type, place.type.align, variable.constant and variable.extern is None)
    if isinstance(place, tree.ContextPlace):
        context = value(b, place.base)
        step = place.type.size if place.field.type.startswith("Array[") else 0
        return ContextMember(context, place.field, place.type, place.field.offset + place.index * step)
    if isinstance(place, tree.PointeePlace):
        return Memory(value(b, place.base), place.type, place.type.align)
    base = value(b, place.base)
    # An access to a part of an object may not cover two fields, as LLVM's merged ones do.
    volatile = _is_constant_global(place.base) or _space(base) is Space.OBJECT
    if isinstance(place, tree.ElementPlace):
        index = value(b, indexes.index_value(place.index, place.count))
        space = _space(base)
        size: ir.Value | None = None
        if not isinstance(index, ir.Constant) and has_no_name(place.type):
            return Memory(_moved_chain(b, place, base, index), place.type, place.type.align, volatile)
        relocated = space in _KERNEL and _element_relocated(place)
        if relocated and isinstance(index, ir.Constant) and not is_link(base) \
                and not isinstance(place.type, StructType):
            # Behind a variable index: no relocation can begin at a row or a number, as these have no name.
            relocated = False
            size = _target_size(b, place.type, span)
        if not isinstance(index, ir.Constant):
            size = _target_size(b, place.type, span)
        element: ir.Value = b.emit(ir.ElementAddress(Reference(place.type, space), span, base, index, place.type.size,
                                                     place.count, relocated,
                                                     indexes.needs_comparison(b, place, space), size))
        if space is Space.PACKET and not isinstance(index, ir.Constant):
            element = packets.element(b, base, element, place)
        return Memory(element, place.type, place.type.align, volatile)
    return _field(b, base, place, volatile)


def _field(b: FunctionBuilder, base: ir.Value, place: tree.FieldPlace, volatile: bool) -> Handle:
    struct: Type = place.struct
    align = struct.align
    for position, index in enumerate(place.path):
        assert isinstance(struct, StructType)
        member = struct.layout.fields[index]
        if member.bits:
            assert position == len(place.path) - 1 and isinstance(place.type, IntType)
            return BitField(base, member, place.type, align, struct.size, volatile)
        inner = from_layout(member.type)
        align = min(align, _alignment(member.offset), inner.align) if member.offset else min(align, inner.align)
        last = place.type if position == len(place.path) - 1 else inner
        base = b.emit(ir.FieldAddress(Reference(last, _space(base)), place.span, base, struct, index,
                                      _relocated(struct)))
        struct = inner
    return Memory(base, place.type, align, volatile)


def _target_size(b: FunctionBuilder, element: Type, span: Span) -> ir.Value | None:
    """How large an element is on the target kernel; None where that is known here."""
    count = 1
    while isinstance(element, ArrayType):
        count *= element.count
        element = element.element
    if not isinstance(element, StructType) or not _relocated(element):
        return None
    size = b.convert(b.emit(ir.TypeInfo(U32, span, ir.TypeFact.SIZE, element.layout)), U64, span)
    return b.binary(ir.Operator.MUL, size, ir.Constant(U64, count), span) if count > 1 else size


def _moved_chain(b: FunctionBuilder, place: tree.ElementPlace, base: ir.Value, index: ir.Value) -> ir.Value:
    """An element, by a variable index, of an array whose elements are structs without a name.

    Loaders look types up by name, so that no relocation can begin at such an element. Those of its members begin where
    the array's does and go through element 0; what moves is the pointer that they start from, by `index` elements,
    whose size is asked of element 0 too.
    """
    span = place.span
    space = _space(base)
    assert isinstance(base.type, Reference)

    def first(array: ir.Value) -> ir.Value:
        return b.emit(ir.ElementAddress(Reference(place.type, space), span, array, ir.Constant(U32, 0),
                                        place.type.size, place.count, True))

    links: list[ir.FieldAddress | ir.ElementAddress] = []
    start = base
    while is_link(start):
        links.append(start)
        start = start.base
    size = b.convert(b.emit(ir.FieldInfo(U32, span, ir.FieldFact.BYTE_SIZE, first(base))), U64, span)
    moved: ir.Value = b.emit(ir.ElementAddress(start.type, span, start, index, place.type.size, place.count, True,
                                               size=size))
    for link in reversed(links):
        moved = b.emit(replace(link, base=moved))
    return first(moved)


def is_link(address: ir.Value) -> TypeGuard[ir.FieldAddress | ir.ElementAddress]:
    """Whether an address is part of a longer access, of which LLVM makes one record."""
    return (isinstance(address, ir.FieldAddress) and address.relocatable) or (
        isinstance(address, ir.ElementAddress) and address.relocatable and isinstance(address.index, ir.Constant))


def _relocated(struct: StructType) -> bool:
    """Whether a struct's layout belongs to the target kernel."""
    return struct.layout.kernel


def _element_relocated(place: tree.ElementPlace) -> bool:
    """Whether it belongs to the target kernel where an element is: by the struct that the array is in, or its own."""
    base = place.base
    if isinstance(base, tree.AddressOf) and isinstance(base.place, tree.FieldPlace):
        return _relocated(base.place.struct)
    if isinstance(base, tree.AddressOf) and isinstance(base.place, tree.ElementPlace):
        return _element_relocated(base.place)
    return isinstance(place.type, StructType) and _relocated(place.type)


def _alignment(offset: int) -> int:
    """The largest power of two that divides an offset."""
    return offset & -offset


def _space(base: ir.Value) -> Space:
    space = ir.pointer_space(base)
    if space is None:
        raise InternalError(f"a place in {base.type}, which is no reference")
    return space


def _is_constant_global(base: tree.Expression) -> bool:
    """Whether memory belongs to a .rodata variable, whose value the loader may have changed."""
    while isinstance(base, tree.AddressOf):
        place = base.place
        if isinstance(place, tree.GlobalPlace):
            return place.declaration.constant
        if not isinstance(place, (tree.FieldPlace, tree.ElementPlace)):
            return False
        base = place.base
    return False


# --- reading and writing


def load(b: FunctionBuilder, target: Handle, span: Span, type_: Type | None = None) -> ir.Value:
    """The scalar at a place."""
    if isinstance(target, Register):
        return b.read(target.local, span, type_)
    if isinstance(target, Memory):
        loaded = b.emit(ir.Load(target.type, span, target.address, target.align, target.volatile))
        if _space(target.address) in (Space.TRUSTED, Space.READABLE, Space.CONTEXT):
            # The optimiser must not sink this load and one of other memory into a common instruction: the verifier
            # takes an instruction for one kind of pointer only.
            return b.emit(ir.Opaque(target.type, span, loaded))
        return loaded
    if isinstance(target, ContextMember):
        if target.field.type in ("packet", "packet_end", "packet_meta"):
            context = target.context
            if not isinstance(context, ir.LocalRead):
                raise InternalError("the context is not in a local", span)
            return b.read(b.packet_field(context.local, target.field.name, span), span)
        return b.emit(ir.ContextLoad(target.type, span, target.context, target.field, target.byte_offset))
    return bitfields.load(b, target, span)


def store(b: FunctionBuilder, target: Handle, value: ir.Value, span: Span, *, source: Span | None = None,
          wraps: bool = False) -> None:
    """Write a scalar, or copy the aggregate that a reference names, to a place.

    Arguments:
        span: of the statement.
        source: of the value, for messages about it.
        wraps: a bit field takes the low bits of the value; else the value must provably fit it.
    """
    if isinstance(target, Register):
        b.write(target.local, value, span)
    elif isinstance(target, ContextMember):
        b.emit(ir.ContextStore(VOID, span, target.context, target.field, target.byte_offset, value))
    elif isinstance(target, BitField):
        if not wraps:
            value = b.emit(ir.Convert(target.type, source or span, ir.Conversion.REINTERPRET, value, True,
                                      target.field.bits))
        bitfields.store(b, target, value, span)
    elif is_aggregate(target.type):
        copy(b, span, target.address, value, target.type, target.align)
    else:
        b.emit(ir.Store(VOID, span, target.address, value, target.align, target.volatile))


def copy(b: FunctionBuilder, span: Span, target: ir.Value, source: ir.Value, type_: Type, align: int) -> None:
    spaces = (_space(target), _space(source))
    if Space.OBJECT not in spaces:
        b.emit(ir.CopyMemory(VOID, span, target, source, type_.size, align))
        return
    if spaces[0] is not Space.OBJECT and has_padding(type_):
        b.emit(ir.ZeroMemory(VOID, span, target, type_.size, align))
    for offset, size, step in _accesses(type_, 0):
        if size == step:
            unit = IntType(size * 8, False)
            at, known = _unit_at(b, target, offset, unit, type_, span)
            value = _piece(b, source, offset, unit, type_, span)
            b.emit(ir.Store(VOID, span, at, value, known, spaces[0] is Space.OBJECT))
            continue
        there, here = (one if not offset else b.emit(ir.PointerAdd(
            Reference(U8, _space(one)), span, one, ir.Constant(U64, offset), True)) for one in (target, source))
        b.emit(ir.CopyMemory(VOID, span, there, here, size, min(step, align)))


def clear_object(b: FunctionBuilder, made: ir.Value, span: Span) -> None:
    """Zero what bpf_obj_new() gave, unless that is None. The kernel initializes the fields that are its own, locks and
    nodes and kptrs; of the others it leaves what an object had that was there before (bpf_mem_alloc() in
    kernel/bpf/memalloc.c)."""
    assert isinstance(made.type, Reference)
    type_ = made.type.target
    stores = [(offset + at, step) for offset, size, step in _accesses(type_, 0) if not size % step
              for at in range(0, size, step)]
    if not stores:
        return
    there, done = b.block("made"), b.block("new")
    b.branch(b.compare(ir.Predicate.NE, made, ir.Constant(made.type, 0), span), there, done, span)
    b.start(there)
    for offset, step in stores:
        unit = IntType(step * 8, False)
        at, known = _unit_at(b, made, offset, unit, type_, span)
        b.emit(ir.Store(VOID, span, at, ir.Constant(unit, 0), known, True))
    b.jump(done, span)
    b.start(done)


def _accesses(type_: Type, start: int) -> Iterator[tuple[int, int, int]]:
    """How the contents of an object are copied: no access may cover two fields, or lie where there is none.

    Yields:
        Where a run of accesses begins, how many bytes it has, and how many each access.
    """
    if isinstance(type_, ArrayType) and isinstance(type_.element, StructType):
        for index in range(type_.count):
            yield from _accesses(type_.element, start + index * type_.element.size)
    elif isinstance(type_, StructType) and not type_.layout.is_union:
        units: set[tuple[int, int]] = set()
        for field in type_.layout.fields:
            if field.bits:
                units.add(bitfields.smallest_unit(field, type_.layout.size))
            else:
                yield from _accesses(from_layout(field.type), start + field.offset)
        for offset, size in sorted(units):
            # Nine bytes of a packed struct no program can access, not even a field of them.
            yield start + offset, min(size, 9), min(size, 8)
    elif type_.size and not isinstance(type_, (OpaqueType, KptrType)):
        yield start, type_.size, _least(type_)


def _step(type_: Type, align: int, *addresses: ir.Value) -> int:
    """How many bytes of a value may be touched at once: in an object no access may cover two fields."""
    return min(align, _least(type_)) if any(_space(one) is Space.OBJECT for one in addresses) else align


def _least(type_: Type) -> int:
    """The size of the smallest number in a value, in bytes."""
    if isinstance(type_, StructType):
        return min(_least(from_layout(field.type)) for field in type_.layout.fields)
    return _least(type_.element) if isinstance(type_, ArrayType) else type_.align


def address(b: FunctionBuilder, target: Handle, span: Span) -> ir.Value:
    if isinstance(target, Memory):
        return target.address
    raise InternalError("an address of something that has none", span)


# --- whole objects


def construct(b: FunctionBuilder, node: tree.Construct) -> ir.Value:
    """A fresh object in its slot: every field's value is computed before the first is stored."""
    from .expressions import value

    assert isinstance(node.type, Reference)
    type_ = node.type.target
    slot = b.slot(node, node.name, type_, node.span)
    if node.source is not None:
        source = value(b, node.source)
        target = b.slot_address(slot, node.span)
        copy(b, node.span, target, source, type_, type_.align)
        return target
    if isinstance(type_, OpaqueType):
        return b.slot_address(slot, node.span)  # what the kernel puts there is its own
    values = _field_values(b, node)
    target = b.slot_address(slot, node.span)
    _fill(b, target, node, values)
    return target


def construct_at(b: FunctionBuilder, node: tree.Construct, place: tree.Place) -> None:
    """A fresh object where it is stored, without one on the stack that is copied: it may be larger than a frame."""
    values = _field_values(b, node)
    target = handle(b, place)
    if isinstance(target, Memory) and not target.volatile and _space(target.address) in PLAIN:
        _fill(b, target.address, node, values)
        return
    assert isinstance(node.type, Reference)
    held = b.slot_address(b.slot(node, node.name, node.type.target, node.span), node.span)
    _fill(b, held, node, values)
    store(b, target, held, node.span)


def is_made_of_scalars(node: tree.Expression) -> bool:
    """Whether a constructor reads no memory once its fields' values are computed: the place that the object is stored
    to may be what they were read from."""
    if isinstance(node, tree.ArrayLiteral):
        return all(map(is_made_of_scalars, node.elements))
    if isinstance(node, tree.Construct):
        return node.source is None and isinstance(node.type, Reference) and isinstance(
            node.type.target, StructType) and all(is_made_of_scalars(item) for _, item in node.fields)
    return not isinstance(node.type, Reference) or not is_aggregate(node.type.target)


def _field_values(b: FunctionBuilder, node: tree.Construct) -> list[ir.Value | Elements]:
    """What a constructor stores; all of it is computed before the first field is written."""
    from .expressions import value

    return [literal(b, item, copies=False) if isinstance(item, tree.ArrayLiteral) else value(b, item)
            for _, item in node.fields]


def _fill(b: FunctionBuilder, target: ir.Value, node: tree.Construct, values: list[ir.Value | Elements]) -> None:
    assert isinstance(node.type, Reference) and isinstance(node.type.target, StructType)
    type_ = node.type.target
    if not _covers(type_, {path for path, _ in node.fields}):
        b.emit(ir.ZeroMemory(VOID, node.span, target, type_.size, max(type_.align, 1)))
    for (path, item), found in zip(node.fields, values, strict=True):
        place = tree.FieldPlace(_leaf(type_, path), item.span, node, type_, path)
        member = _field(b, target, place, False)
        if isinstance(found, Elements):
            assert isinstance(item, tree.ArrayLiteral)
            store_literal(b, member, item, found)
        else:
            store(b, member, found, item.span)


def _leaf(struct: StructType, path: tuple[int, ...]) -> Type:
    type_: Type = struct
    for index in path:
        assert isinstance(type_, StructType)
        type_ = from_layout(type_.layout.fields[index].type)
    return type_


def _covers(struct: StructType, given: set[tuple[int, ...]]) -> bool:
    """Whether storing these fields writes every byte of the struct."""
    return struct.layout.size > 0 and len(given) == len(struct.layout.fields) and all(
        len(path) == 1 for path in given) and not struct.layout.is_union and not has_padding(struct)


def has_padding(type_: Type) -> bool:
    """Whether some bytes of a type belong to no field (or bits of a byte, with bit fields)."""
    if isinstance(type_, ArrayType):
        return has_padding(type_.element)
    if not isinstance(type_, StructType):
        return False
    if type_.layout.is_union or any(member.bits for member in type_.layout.fields):
        return True
    used = 0
    for member in type_.layout.fields:
        if member.offset != used or has_padding(from_layout(member.type)):
            return True
        used += member.type.size
    return used != type_.layout.size


def literal(b: FunctionBuilder, node: tree.ArrayLiteral, *, copies: bool) -> Elements:
    """Evaluate a bytes or tuple literal.

    `copies`: a struct among the elements is copied now, because storing another element could change it.
    """
    from .expressions import value

    found: list[ir.Value | Elements] = []
    for item in node.elements:
        if isinstance(item, tree.ArrayLiteral):
            found.append(literal(b, item, copies=copies))
            continue
        element = value(b, item)
        if copies and isinstance(item.type, Reference) and not isinstance(item, tree.Construct):
            type_ = item.type.target
            held = b.slot_address(b.slot(item, "element", type_, item.span), item.span)
            copy(b, item.span, held, element, type_, type_.align)
            element = held
        found.append(element)
    return Elements(tuple(found))


def store_literal(b: FunctionBuilder, target: Handle, node: tree.ArrayLiteral, elements: Elements) -> None:
    """Store an evaluated literal element by element."""
    assert isinstance(target, Memory) and isinstance(target.type, (ArrayType, StringType))
    type_: Type = target.type.element if isinstance(target.type, ArrayType) else U8
    space = _space(target.address)
    for index, (item, element) in enumerate(zip(node.elements, elements.values, strict=True)):
        at = b.emit(ir.ElementAddress(Reference(type_, space), item.span, target.address,
                                      ir.Constant(U32, index), type_.size, target.type.count))
        member = Memory(at, type_, min(target.align, type_.align), target.volatile)
        if isinstance(element, Elements):
            assert isinstance(item, tree.ArrayLiteral)
            store_literal(b, member, item, element)
        else:
            store(b, member, element, item.span)


def equal(b: FunctionBuilder, left: ir.Value, right: ir.Value, type_: Type, span: Span) -> ir.Value:
    """Whether two objects are equal field by field: differences are collected without a branch, up to as many as LLVM
    loads at once without running out of registers."""
    whole_fields = Space.OBJECT in (_space(left), _space(right))
    pieces = _pieces(type_, 0, _step(type_, type_.align, left, right), whole_fields)
    if len(pieces) <= _COMPARED_AT_ONCE:
        return _no_difference(b, left, right, type_, pieces, span)
    result = b.register("equal", BOOL)
    differ, done = b.block("differ"), b.block("compared")
    while pieces:
        following = b.block("more")
        same = _no_difference(b, left, right, type_, pieces[:_COMPARED_AT_ONCE], span)
        pieces = pieces[_COMPARED_AT_ONCE:]
        b.branch(same, following, differ, span)
        b.start(following)
    b.write(result, ir.Constant(BOOL, 1), span)
    b.jump(done, span)
    b.start(differ)
    b.write(result, ir.Constant(BOOL, 0), span)
    b.jump(done, span)
    b.start(done)
    return b.read(result, span)


def _no_difference(b: FunctionBuilder, left: ir.Value, right: ir.Value, type_: Type,
                   pieces: list[tuple[int, int, int | None]], span: Span) -> ir.Value:
    total: ir.Value = ir.Constant(U64, 0)
    for offset, size, mask in pieces:
        unit = IntType(size * 8, False)
        difference = b.binary(ir.Operator.XOR, _piece(b, left, offset, unit, type_, span),
                              _piece(b, right, offset, unit, type_, span), span)
        if mask is not None:
            difference = b.binary(ir.Operator.AND, difference, ir.Constant(unit, mask), span)
        total = b.binary(ir.Operator.OR, total, b.convert(difference, U64, span), span)
    return _is_zero(b, total, span)


def _piece(b: FunctionBuilder, base: ir.Value, offset: int, unit: IntType, type_: Type, span: Span) -> ir.Value:
    at, known = _unit_at(b, base, offset, unit, type_, span)
    return b.emit(ir.Load(unit, span, at, known, _space(base) is Space.OBJECT))


def _unit_at(b: FunctionBuilder, base: ir.Value, offset: int, unit: IntType, type_: Type,
             span: Span) -> tuple[ir.Value, int]:
    """The address of some bytes of a value that are read as a number, and its alignment. In an object of the program's
    own all that the verifier wants is that they are read at once."""
    space = _space(base)
    whole = b.emit(ir.Convert(Reference(ArrayType(U8, type_.size), space), span, ir.Conversion.REINTERPRET, base))
    byte = b.emit(ir.ElementAddress(Reference(U8, space), span, whole, ir.Constant(U32, offset), 1, type_.size))
    at = b.emit(ir.Convert(Reference(unit, space), span, ir.Conversion.REINTERPRET, byte))
    return at, unit.size if space is Space.OBJECT or not offset % unit.size else 1


def _pieces(type_: Type, offset: int, align: int, whole_fields: bool) -> list[tuple[int, int, int | None]]:
    """(offset, size, mask) of the loads that see every field and no padding.

    `whole_fields`: a bit field must be loaded at once.
    """
    if isinstance(type_, StructType) and has_padding(type_) and not type_.layout.is_union:
        found: list[tuple[int, int, int | None]] = []
        for member in type_.layout.fields:
            if member.bits:
                start, unit = bitfields.smallest_unit(member, type_.layout.size)
                if whole_fields and unit <= 8:
                    found.append((offset + start, unit, (1 << member.bits) - 1 << member.bit_offset - start * 8))
                    continue
                first, last = member.bit_offset // 8, (member.bit_offset + member.bits + 7) // 8
                for byte in range(first, last):
                    low = max(member.bit_offset - byte * 8, 0)
                    high = min(member.bit_offset + member.bits - byte * 8, 8)
                    found.append((offset + byte, 1, (1 << high) - (1 << low)))
            else:
                inner = from_layout(member.type)
                found.extend(_pieces(inner, offset + member.offset, min(align, inner.align), whole_fields))
        return found
    if isinstance(type_, ArrayType) and has_padding(type_.element):
        return [piece for index in range(type_.count)
                for piece in _pieces(type_.element, offset + index * type_.element.size, align, whole_fields)]
    found = []
    end = offset + type_.size
    while offset < end:
        size = min(8, align)
        while size > end - offset:
            size //= 2
        found.append((offset, size, None))
        offset += size
    return found


def text_equal(b: FunctionBuilder, base: ir.Value, text: bytes, span: Span) -> ir.Value:
    """Whether memory starts with these bytes."""
    assert isinstance(base.type, Reference) and isinstance(base.type.target, (ArrayType, StringType))
    total: ir.Value = ir.Constant(U8, 0)
    for index, byte in enumerate(text):
        at = b.emit(ir.ElementAddress(Reference(U8, base.type.space), span, base, ir.Constant(U32, index), 1,
                                      base.type.target.count))
        loaded = b.emit(ir.Load(U8, span, at, 1))
        difference = b.binary(ir.Operator.XOR, loaded, ir.Constant(U8, byte), span)
        total = b.binary(ir.Operator.OR, total, difference, span)
    return _is_zero(b, b.convert(total, U64, span), span)


def _is_zero(b: FunctionBuilder, total: ir.Value, span: Span) -> ir.Value:
    """Whether collected differences are none. LLVM would make a comparison of each of them, and where the result is a
    value, of each comparison two paths: more than the verifier follows."""
    return b.compare(ir.Predicate.EQ, b.emit(ir.Opaque(U64, span, total)), ir.Constant(U64, 0), span)


