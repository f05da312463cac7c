"""Definite assignment: a local is read only where every path has written it."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Diagnostic
from ..diagnostics.safety import MaybeUnassigned
from ..ir.module import Block, Function, Instruction, Local, LocalRead, LocalWrite
from ..source import Span
from .dataflow import Analysis, solve
from .ranges import Ranges

_Assigned = frozenset[Local]


class _Assignments(Analysis[_Assigned]):
    def __init__(self, function: Function, ranges: Ranges) -> None:
        self.function = function
        self.ranges = ranges

    def entry(self) -> _Assigned:
        return frozenset(parameter.local for parameter in self.function.parameters)

    def transfer(self, block: Block, state: _Assigned) -> _Assigned:
        return state.union(item.local for item in block.instructions if isinstance(item, LocalWrite))

    def edge(self, block: Block, index: int, state: _Assigned) -> _Assigned | None:
        return state if self.ranges.live(block, index) else None

    def join(self, block: Block, left: _Assigned, right: _Assigned) -> _Assigned:
        return left & right


def check_assigned(function: Function, ranges: Ranges) -> Iterator[Diagnostic]:
    """The reads of locals that may have no value: for each local the first in the source."""
    states = solve(ranges.graph, _Assignments(function, ranges))
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


def _place(span: Span) -> tuple[int, int]:
    return span.line, span.column
