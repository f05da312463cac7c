"""A constructor in a loop has one slot: making the next object must not overwrite one that is still in use.

Forward, which locals may point to which slot, and whether that object is of an earlier run of the
constructor; backward, which locals are read again. Where the two meet at a constructor, it is an error.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...record import value_record
from ..diagnostics import Diagnostic
from ..diagnostics.safety import ObjectMadeAgain
from ..ir.graph import Graph
from ..ir.module import (
    Block,
    Convert,
    CopyMemory,
    ElementAddress,
    FieldAddress,
    Function,
    Instruction,
    LocalRead,
    LocalWrite,
    PointerAdd,
    Slot,
    SlotAddress,
    Store,
    Value,
    ZeroMemory,
)
from ..ir.slots import Holder, backwards, liveness
from ..source import Span
from ..types import Reference
from .dataflow import Analysis, solve
from .ranges import Ranges


@value_record
class _Object:
    """What a constructor made in a slot; `earlier` once the constructor has begun anew."""

    slot: Slot
    earlier: bool = False


_Pointing = dict[Holder, frozenset[_Object]]
_NOTHING: frozenset[_Object] = frozenset()


def check_slots(function: Function, ranges: Ranges) -> Iterator[Diagnostic]:
    """Constructors that overwrite an earlier object of theirs which is still read afterwards."""
    if not any(isinstance(item, LocalWrite) and isinstance(_root(item.value), SlotAddress)
               for item in function.instructions()):
        return
    analysis = _PointsTo(ranges)
    for block, state in solve(ranges.graph, analysis).items():
        yield from analysis.conflicts(block, state)


class _PointsTo(Analysis[_Pointing]):
    def __init__(self, ranges: Ranges) -> None:
        self.ranges = ranges
        self.graph = ranges.graph
        self.live_out = liveness(ranges.graph)
        self.constructions = _constructions(ranges.graph)

    def entry(self) -> _Pointing:
        return {}

    def transfer(self, block: Block, state: _Pointing) -> _Pointing:
        after = dict(state)
        for item in block.instructions:
            _step(item, after)
        return after

    def edge(self, block: Block, index: int, state: _Pointing) -> _Pointing | None:
        return state if self.ranges.live(block, index) else None

    def join(self, block: Block, left: _Pointing, right: _Pointing) -> _Pointing:
        if left == right:
            return left
        result = dict(left)
        for holder, objects in right.items():
            result[holder] = result.get(holder, _NOTHING) | objects
        return result

    def conflicts(self, block: Block, state: _Pointing) -> Iterator[Diagnostic]:
        """The constructions in a block at which an earlier object of the slot is still needed."""
        state = dict(state)
        live = backwards(block, self.live_out[block])
        for item, needed in zip(block.instructions, live, strict=True):
            _step(item, state)
            made = self.constructions.get(item)
            if made is None:
                continue
            holders = [holder for holder, objects in state.items()
                       if holder in needed and _Object(made.slot, earlier=True) in objects]
            if holders:
                yield ObjectMadeAgain(made.span, self._use(holders, made.span))

    def _use(self, holders: list[Holder], span: Span) -> Span | None:
        """A place where one of the holders is read: the next in the source, or else the first."""
        spans = [item.span for block in self.graph.order for item in block.instructions
                 if (isinstance(item, LocalRead) and item.local in holders)
                 or any(operand in holders for operand in item.operands())]
        spans = sorted((other for other in spans if other != span),
                       key=lambda other: (other.line < span.line, other.line, other.column))
        return spans[0] if spans else None


def _step(item: Instruction, state: _Pointing) -> None:
    if isinstance(item, SlotAddress):
        older, made = _Object(item.slot, earlier=True), _Object(item.slot)
        for holder, objects in state.items():
            if made in objects:
                state[holder] = objects - {made} | {older}
    elif isinstance(item, LocalWrite):
        if isinstance(item.value.type, Reference):
            state[item.local] = _objects(item.value, state)
    elif isinstance(item, LocalRead):
        state[item] = state.get(item.local, _NOTHING)
    elif isinstance(item, (FieldAddress, ElementAddress, PointerAdd, Convert)):
        state[item] = state.get(item.operands()[0], _NOTHING)


def _objects(value: Value, state: _Pointing) -> frozenset[_Object]:
    root = _root(value)
    return frozenset((_Object(root.slot),)) if isinstance(root, SlotAddress) else state.get(value, _NOTHING)


def _root(value: Value) -> Value:
    """What an address is derived from within one expression."""
    while isinstance(value, (FieldAddress, ElementAddress, PointerAdd, Convert)):
        value = value.operands()[0]
    return value


def _constructions(graph: Graph) -> dict[Instruction, SlotAddress]:
    """The first write through each SlotAddress: where an object comes to be."""
    found: dict[Instruction, SlotAddress] = {}
    begun: set[SlotAddress] = set()
    for block in graph.order:
        for item in block.instructions:
            if isinstance(item, Store):
                target = _root(item.address)
            elif isinstance(item, (ZeroMemory, CopyMemory)):
                target = _root(item.target)
            else:
                continue
            if isinstance(target, SlotAddress) and target not in begun:
                begun.add(target)
                found[item] = target
    return found
