"""Cursors: a position in the packet that is checked against its end at every pull.

Where nothing but pulls moves a cursor it is a pointer, and a pull is what a C programmer writes by hand. Where
skip() adds run-time values, or a helper moves the packet itself, it is an offset from data that is bounded at
every pull: the verifier loses track of a pointer to which unknown numbers are added again and again. So it is where a
`while` loop pulls: the verifier does not know that a packet ends, but follows an offset up to its bound. The loop of an
iterator it walks until all that it knows of the position has been seen before: there an offset begins as any number,
and is back at any number below the bound after one round.
"""

from __future__ import annotations

from ...tables.limits import FARTHEST
from .. import tree
from ..errors import InternalError
from ..ir import module as ir
from ..source import Span
from ..types import PACKET_POINTER, U32, U64, VOID, ContextType, Reference, Type
from .function import CursorState, FunctionBuilder


def state(b: FunctionBuilder, node: tree.Expression) -> CursorState:
    """The registers of the cursor that an expression denotes."""
    if isinstance(node, tree.Read) and isinstance(node.place, tree.VariablePlace):
        variable = node.place.variable
        if variable not in b.cursors:
            # Read above the place that assigns it: definite assignment will find the position without a value.
            context = next(item for item in b.instance.parameters if _is_context(item.type))
            b.cursors[variable] = _new(b, b.local(context), variable.name, node.span)
        return b.cursors[variable]
    if isinstance(node, tree.CursorStart):
        made = _new(b, _context(b, node), "", node.span)
        _rewind(b, made, node.span)
        return made
    raise InternalError("a cursor that is neither a variable nor new", node.span)


def start(b: FunctionBuilder, variable: tree.Variable, node: tree.Expression) -> None:
    """`packet = ctx.cursor()`; done again, it starts over."""
    if not isinstance(node, tree.CursorStart):
        b.cursors[variable] = state(b, node)
        return
    known = b.cursors.get(variable)
    if known is None:
        known = b.cursors[variable] = _new(b, _context(b, node), variable.name, node.span)
    _rewind(b, known, node.span)


def _new(b: FunctionBuilder, context: ir.Local, name: str, span: Span) -> CursorState:
    """Registers for a cursor. The position bears the name of the variable: both have a value or neither has."""
    data, end = b.packet_locals(context, span)
    position = b.register(name or "position", U64 if b.moving_packet else PACKET_POINTER, hidden=not name)
    return CursorState(data, end, position)


def _context(b: FunctionBuilder, node: tree.CursorStart) -> ir.Local:
    place = node.context
    assert isinstance(place, tree.Read) and isinstance(place.place, tree.VariablePlace)
    return b.local(place.place.variable)


def _is_context(type_: Type) -> bool:
    return isinstance(type_, Reference) and isinstance(type_.target, ContextType)


def _rewind(b: FunctionBuilder, cursor: CursorState, span: Span) -> None:
    data = b.read(cursor.data, span)
    if not b.moving_packet:
        b.write(cursor.position, data, span)
    elif not b.iterated_pulls:
        b.write(cursor.position, ir.Constant(U64, 0), span)
    else:  # 0 too, but to the verifier the distance of two packet pointers is any number
        here, there = (b.emit(ir.Convert(U64, span, ir.Conversion.TO_ADDRESS, pointer)) for pointer in (
            data, b.emit(ir.Opaque(PACKET_POINTER, span, data))))
        b.write(cursor.position, b.binary(ir.Operator.SUB, there, here, span), span)


def pull(b: FunctionBuilder, node: tree.CursorPull) -> ir.Value:
    """The object at the cursor, or None where the packet ends before it."""
    cursor = state(b, node.cursor)
    span = node.span
    assert isinstance(node.type, Reference)
    result = b.register("pulled", node.type)
    short, whole, done = b.block("short"), b.block("whole"), b.block("pulled")
    size = ir.Constant(U64, node.size)
    at = b.read(cursor.position, span)
    if b.moving_packet:
        near = b.block("near")
        b.branch(b.compare(ir.Predicate.UGT, at, ir.Constant(U64, FARTHEST), span), short, near, span)
        b.start(near)
        # One register for the check and for every access: where LLVM adds up data and offset anew, behind a join of two
        # pulls for example, the verifier takes the sum for another pointer that nothing has compared with the end.
        pointer: ir.Value = b.emit(ir.Opaque(PACKET_POINTER, span, b.pointer_add(b.read(cursor.data, span), at, span)))
    else:
        pointer = at
    base = pointer
    behind = b.pointer_add(pointer, size, span)
    b.branch(b.compare(ir.Predicate.UGT, behind, b.read(cursor.end, span), span), short, whole, span)
    b.start(whole)
    if cursor.moved and not b.moving_packet:
        # The header keeps the register in which the pull before left it. Folded into an offset from data, data would
        # stay alive and every later check would begin with a copy of it.
        base = b.emit(ir.Opaque(pointer.type, span, pointer))
    cursor.moved = True
    there = b.emit(ir.Convert(node.type.non_null(), span, ir.Conversion.REINTERPRET, base))
    # LLVM cannot know that packet memory is never at address 0; with this it folds the test for None away.
    b.emit(ir.Assume(VOID, span, b.compare(ir.Predicate.NE, there, ir.Constant(there.type, 0), span)))
    b.write(result, there, span)
    b.write(cursor.position, b.binary(ir.Operator.ADD, at, size, span) if b.moving_packet else behind, span)
    b.jump(done, span)
    b.start(short)
    b.write(result, ir.Constant(node.type, 0), span)
    b.jump(done, span)
    b.start(done)
    return b.read(result, span)


def skip(b: FunctionBuilder, node: tree.CursorSkip) -> None:
    """Move on; beyond the limit, or where the packet cannot reach, every later pull is None."""
    cursor = state(b, node.cursor)
    span = node.span
    count = value(b, node.count)
    limit = FARTHEST
    if node.limit is not None:
        given = value(b, node.limit)
        assert isinstance(given, ir.Constant)
        limit = min(limit, given.value)
    beyond, within, done = b.block("beyond"), b.block("within"), b.block("skipped")
    b.branch(b.compare(ir.Predicate.UGT, count, ir.Constant(U64, limit), span), beyond, within, span)
    b.start(within)
    # The offset is at most FARTHEST plus one object's size here or beyond reach already: no sum wraps.
    b.write(cursor.position, b.binary(ir.Operator.ADD, b.read(cursor.position, span), count, span), span)
    b.jump(done, span)
    b.start(beyond)
    b.write(cursor.position, ir.Constant(U64, 1 << 32), span)
    b.jump(done, span)
    b.start(done)


def element(b: FunctionBuilder, array: ir.Value, address: ir.Value, place: tree.ElementPlace) -> ir.Value:
    """An element of an array in the packet at a variable index.

    The array was checked, but the verifier forgets what it knows of a packet pointer to which a variable is added.
    So the element is compared with the end again; the other side, which never runs, has the array's first element.
    """
    span = place.span
    end = b.packet_end(span)
    if end is None:
        return address
    chosen = b.register("element", address.type)
    # A register of its own: where a loop is unrolled, LLVM takes the end of one element for the beginning of the field
    # behind the array, and on the other side the verifier lets nothing be read by what was found beyond the packet.
    behind = b.emit(ir.Opaque(address.type, span, b.pointer_add(address, ir.Constant(U64, place.type.size), span)))
    outside, inside, done = b.block("outside"), b.block("inside"), b.block("element")
    b.branch(b.compare(ir.Predicate.UGT, behind, b.read(end, span), span), outside, inside, span)
    b.start(inside)
    b.write(chosen, address, span)
    b.jump(done, span)
    b.start(outside)
    first = ir.ElementAddress(address.type, span, array, ir.Constant(U32, 0), place.type.size, place.count)
    b.write(chosen, b.emit(first), span)
    b.jump(done, span)
    b.start(done)
    return b.read(chosen, span)


def value(b: FunctionBuilder, node: tree.Expression) -> ir.Value:
    from .expressions import value as evaluate

    return evaluate(b, node)


