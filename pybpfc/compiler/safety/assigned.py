"""Definite assignment: a local is read only where every path has written it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..diagnostics import Diagnostic
from ..diagnostics.safety import MaybeUnassigned
from ..ir.graph import successors
from ..ir.module import Block, Function, Instruction, Local, LocalRead, LocalWrite
from ..source import Span
from .dataflow import Analysis, solve
from .ranges import Ranges

_Assigned = frozenset[Local]


class _Assignments(Analysis[_Assigned]):
    """The locals that every path has written.

    Args:
        function: the function.
        ranges: which edges of it are taken.
        after_turn: for the heads of loops that take a turn, what is assigned behind one; None where no turn ends.
    """

    def __init__(self, function: Function, ranges: Ranges, after_turn: Mapping[Block, _Assigned | None]) -> None:
        self.function = function
        self.ranges = ranges
        self.after_turn = after_turn
        self.bodies = {loop.head: loop.blocks for loop in ranges.graph.loops}

    def entry(self) -> _Assigned:
        return frozenset(parameter.local for parameter in self.function.parameters)

    def transfer(self, block: Block, state: _Assigned) -> _Assigned:
        return state.union(item.local for item in block.instructions if isinstance(item, LocalWrite))

    def edge(self, block: Block, index: int, state: _Assigned) -> _Assigned | None:
        if not self.ranges.live(block, index):
            return None
        if block in self.after_turn and successors(block)[index] not in self.bodies[block]:
            return self.after_turn[block]
        return state

    def join(self, block: Block, left: _Assigned, right: _Assigned) -> _Assigned:
        return left & right


def check_assigned(function: Function, ranges: Ranges) -> Iterator[Diagnostic]:
    """The reads of locals that may have no value: for each local the first in the source."""
    states = _solved(function, ranges)
    first: dict[Local, Instruction] = {}
    for block, assigned in states.items():
        written = set(assigned)
        for item in block.instructions:
            if isinstance(item, LocalWrite):
                written.add(item.local)
            elif isinstance(item, LocalRead) and item.local not in written and not item.local.hidden:
                known = first.get(item.local)
                if known is None or _place(item.span) < _place(known.span):
                    first[item.local] = item
    for local, read in first.items():
        writes = dict.fromkeys(item.span for item in function.instructions()
                               if isinstance(item, LocalWrite) and item.local is local)
        spans = sorted((span for span in writes if span != read.span), key=_place)[:2]
        yield MaybeUnassigned(read.span, local.name, *spans)


def _solved(function: Function, ranges: Ranges) -> dict[Block, _Assigned]:
    """What is assigned at the start of each block.

    A loop that takes a turn is left by its head with what is assigned behind a turn, which is known when the loop is:
    it is supposed that no turn ends, and solved again with what came of it until nothing changes.
    """
    turning = [loop for loop in ranges.graph.loops if loop.info is not None and loop.info.has_turns]
    after_turn: dict[Block, _Assigned | None] = {loop.head: None for loop in turning}
    while True:
        analysis = _Assignments(function, ranges, after_turn)
        states = solve(ranges.graph, analysis)
        found: dict[Block, _Assigned | None] = {}
        for loop in turning:
            ends = [analysis.transfer(latch, states[latch]) for latch in loop.latches if latch in states]
            found[loop.head] = frozenset.intersection(*ends) if ends else None
        if found == after_turn:
            return states
        after_turn = found


def _place(span: Span) -> tuple[int, int]:
    return span.line, span.column
