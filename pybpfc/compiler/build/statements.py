"""Typed statements to basic blocks."""

from __future__ import annotations

from typing import Any

from .. import tree
from ..ir import module as ir
from ..types import S32, S64, VOID, CursorType, IntType
from . import indexes, memory, packets
from .expressions import branch_on, evaluate, value
from .function import FunctionBuilder, LoopTargets


def statements(b: FunctionBuilder, nodes: tuple[tree.Statement, ...]) -> None:
    """Statements in a row, up to one that leaves."""
    for node in nodes:
        if b.current is None:
            return
        _HANDLERS[type(node)](b, node)


def _assign(b: FunctionBuilder, node: tree.Assign) -> None:
    place = node.places[0]
    if isinstance(place, tree.VariablePlace) and isinstance(place.type, CursorType):
        packets.start(b, place.variable, node.value)
        return
    if isinstance(node.value, tree.ArrayLiteral) and not isinstance(place, tree.VariablePlace):
        elements = memory.literal(b, node.value, copies=True)
        memory.store_literal(b, memory.handle(b, place), node.value, elements)
        return
    if isinstance(node.value, tree.Construct) and len(node.places) == 1 and memory.is_made_of_scalars(node.value) \
            and not isinstance(place, tree.VariablePlace):
        memory.construct_at(b, node.value, place)
        return
    stored = value(b, node.value)
    for target in node.places:
        memory.store(b, memory.handle(b, target), stored, node.span, source=node.value.span)


def _augmented(b: FunctionBuilder, node: tree.AugmentedAssign) -> None:
    target = memory.handle(b, node.place)
    b.write(b.local(node.current), memory.load(b, target, node.span), node.span)
    memory.store(b, target, value(b, node.value), node.span, wraps=True)


def _evaluate(b: FunctionBuilder, node: tree.Evaluate) -> None:
    evaluate(b, node.value)


def _block(b: FunctionBuilder, node: tree.Block) -> None:
    statements(b, node.body)


def _if(b: FunctionBuilder, node: tree.If) -> None:
    then, done = b.block("then"), b.block("endif")
    otherwise = b.block("else") if node.otherwise else done
    branch_on(b, node.test, then, otherwise)
    b.start(then)
    statements(b, node.then)
    b.jump(done, node.span)
    if node.otherwise:
        b.start(otherwise)
        statements(b, node.otherwise)
        b.jump(done, node.span)
    b.start(done)


def _while(b: FunctionBuilder, node: tree.While) -> None:
    head, body, done = b.block("while"), b.block("do"), b.block("endwhile")
    otherwise = b.block("whileelse") if node.otherwise else done
    info = ir.LoopInfo("while", node.span)
    b.jump(head, node.span)
    b.start(head)
    if node.test is None:
        b.jump(body, node.span)
    else:
        branch_on(b, node.test, body, otherwise)
    b.start(body)
    b.loops.append(LoopTargets(done, head, info, len(b.scopes)))
    statements(b, node.body)
    b.loops.pop()
    b.jump(head, node.span, info)
    if node.otherwise:
        b.start(otherwise)
        statements(b, node.otherwise)
        b.jump(done, node.span)
    b.start(done)


_CALLS = (ir.HelperCall, ir.KernelCall, ir.FunctionCall)


def _for_range(b: FunctionBuilder, node: tree.ForRange) -> None:
    """A counter that nothing in the body can change; the variable takes its value at the start of each turn."""
    span, step = node.span, node.step
    type_ = node.start.type
    assert isinstance(type_, IntType)
    start = value(b, node.start)
    stop = value(b, indexes.bound_value(node.stop))
    # It counts in 64 bits: no step wraps then, and where LLVM keeps the counter on the stack it has eight bytes of its
    # own. Of a spilled half register the verifier knows nothing any more once the four bytes beside it are written.
    counted = type_ if type_.bits == 64 else S64
    start, stop = b.convert(start, counted, span), b.convert(stop, counted, span)
    if isinstance(start, ir.Constant):
        b.counters.add(node.variable)
    counter = b.register(f"counter of {node.variable.name}", counted)
    b.write(counter, start, span)
    head, body, again, done = b.block("for"), b.block("turn"), b.block("next"), b.block("endfor")
    otherwise = b.block("forelse") if node.otherwise else done
    has_turns = isinstance(start, ir.Constant) and isinstance(stop, ir.Constant) \
        and len(range(start.value, stop.value, step)) > 0
    info = ir.LoopInfo("range", span, has_turns)
    b.jump(head, span)
    b.start(head)
    signed = counted.signed
    if step > 0:
        more = ir.Predicate.SLT if signed else ir.Predicate.ULT
    else:
        more = ir.Predicate.SGT if signed else ir.Predicate.UGT
    now = b.read(counter, span)
    b.branch(b.compare(more, now, stop, span), body, otherwise, span)
    b.start(body)
    now = b.read(counter, span)
    # A variable with a type of its own takes each number only if all provably fit.
    item = b.convert(b.convert(now, type_, span), node.variable.type, span, implicit=True)
    b.write(b.local(node.variable), item, span)
    b.loops.append(LoopTargets(done, again, info, len(b.scopes)))
    statements(b, node.body)
    b.loops.pop()
    b.jump(again, span)
    b.start(again)
    now = b.read(counter, span)
    if counted.bits == 64 and type_.bits == 64 and abs(step) > 1:
        # 64 bits have no wider type: stop where the distance that is left is no more than the step
        unsigned = IntType(64, False)
        upper, lower = (stop, now) if step > 0 else (now, stop)
        left = b.binary(ir.Operator.SUB, b.convert(upper, unsigned, span), b.convert(lower, unsigned, span), span)
        on = b.block("step")
        b.branch(b.compare(ir.Predicate.ULE, left, ir.Constant(unsigned, abs(step)), span), otherwise, on, span)
        b.start(on)
    moved: ir.Value = b.binary(ir.Operator.ADD, now, ir.Constant(counted, counted.wrap(step)), span)
    if any(isinstance(item, _CALLS) for block in b.blocks_from(body) for item in block.instructions):
        # Over a call LLVM keeps its values on the stack, and of the counter of two turns it makes a flag of four bytes.
        moved = b.emit(ir.Opaque(counted, span, moved))
    b.write(counter, moved, span)
    b.jump(head, span, info)
    if node.otherwise:
        b.start(otherwise)
        statements(b, node.otherwise)
        b.jump(done, span)
    b.start(done)


def _for_values(b: FunctionBuilder, node: tree.ForValues) -> None:
    """The body once for each value."""
    done = b.block("endfor")
    info = ir.LoopInfo("unrolled", node.span)
    values: list[ir.Value | ir.Local] = []
    for item in node.values:  # Python makes the tuple before the first turn
        found = value(b, item)
        if isinstance(found, ir.Constant):
            values.append(found)
            continue
        held = b.register(f"value of {node.variable.name}", found.type)
        b.write(held, found, item.span)
        values.append(held)
    for turn in values:
        if b.current is None:
            break
        now = b.read(turn, node.span) if isinstance(turn, ir.Local) else turn
        b.write(b.local(node.variable), now, node.span)
        again = b.block("next")
        b.loops.append(LoopTargets(done, again, info, len(b.scopes)))
        statements(b, node.body)
        b.loops.pop()
        b.jump(again, node.span)
        b.start(again)
    statements(b, node.otherwise)
    b.jump(done, node.span)
    b.start(done)


def _for_iterator(b: FunctionBuilder, node: tree.ForIterator) -> None:
    """The iterator is destroyed where the loop ends, however it ends; a `return` destroys it on its way."""
    span = node.span
    slot = b.slot(node, f"iterator of {node.variable.name}", node.iterator, span)
    arguments = tuple(value(b, item) for item in node.arguments)
    b.emit(ir.KernelCall(S32, span, node.create, (b.slot_address(slot, span), *arguments)))
    if node.state is not None:
        b.iterators[node.state] = slot

    def destroy() -> None:
        b.emit(ir.KernelCall(VOID, span, node.destroy, (b.slot_address(slot, span),)))

    item = node.item.or_none()
    head, body, over, done = b.block("for"), b.block("turn"), b.block("exhausted"), b.block("endfor")
    info = ir.LoopInfo("iterator", span)
    b.jump(head, span)
    b.start(head)
    found = b.emit(ir.KernelCall(item, span, node.advance, (b.slot_address(slot, span),)))
    b.branch(b.compare(ir.Predicate.EQ, found, ir.Constant(item, 0), span), over, body, span)
    b.start(body)
    there = b.emit(ir.Convert(item.non_null(), span, ir.Conversion.REINTERPRET, found))
    scalar = isinstance(item.target, IntType)
    now = b.emit(ir.Load(item.target, span, there, item.target.align)) if scalar else there
    # The verifier knows nothing of what it yields: the bounds are tested, as bpf_for() does in C.
    for predicate, bound in zip((ir.Predicate.SGE, ir.Predicate.SLT), arguments if node.counts else (), strict=False):
        inside = b.block("inside")
        b.branch(b.compare(predicate, now, bound, span), inside, over, span)
        b.start(inside)
    b.write(b.local(node.variable), b.convert(now, node.variable.type, span) if scalar else now, span)
    b.scopes.append(destroy)
    b.loops.append(LoopTargets(done, head, info, len(b.scopes)))
    statements(b, node.body)
    b.loops.pop()
    b.scopes.pop()
    b.jump(head, span, info)
    b.start(over)
    if node.otherwise:
        # the else clause runs behind the loop: its own break leaves an outer one
        destroy()
        statements(b, node.otherwise)
        after = b.block("endelse")
        b.jump(after, span)
        b.start(done)
        destroy()
        b.jump(after, span)
        b.start(after)
        return
    b.jump(done, span)
    b.start(done)
    destroy()


def _scoped(b: FunctionBuilder, node: tree.Scoped) -> None:
    statements(b, node.before)

    def leave() -> None:
        evaluate(b, node.leave)

    b.scopes.append(leave)
    statements(b, node.body)
    b.scopes.pop()
    if b.current is not None:
        leave()


def _break(b: FunctionBuilder, node: tree.Break) -> None:
    b.leave_scopes(b.loops[-1].scopes)
    b.jump(b.loops[-1].leave, node.span)


def _continue(b: FunctionBuilder, node: tree.Continue) -> None:
    target = b.loops[-1]
    b.leave_scopes(target.scopes)
    b.jump(target.again, node.span, target.info if target.info.kind == "while" else None)


def _return(b: FunctionBuilder, node: tree.Return) -> None:
    result = None if node.value is None else value(b, node.value)
    if b.returns:
        target = b.returns[-1]
        if target.result is not None and result is not None:
            b.write(target.result, result, node.span)
        b.leave_scopes(target.scopes)
        b.jump(target.block, node.span)
        return
    b.leave_scopes(0)
    b.finish(ir.Return(node.span, None if result is None else b.in_space(result, b.function.result, node.span)))


_HANDLERS: dict[type[tree.Statement], Any] = {
    tree.Assign: _assign,
    tree.AugmentedAssign: _augmented,
    tree.Evaluate: _evaluate,
    tree.Block: _block,
    tree.If: _if,
    tree.While: _while,
    tree.ForRange: _for_range,
    tree.ForValues: _for_values,
    tree.ForIterator: _for_iterator,
    tree.Scoped: _scoped,
    tree.Break: _break,
    tree.Continue: _continue,
    tree.Return: _return,
}

