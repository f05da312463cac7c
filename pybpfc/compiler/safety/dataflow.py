"""A forward dataflow engine over the IR.

An analysis says what holds at the entry, what a block does to it, what an edge adds, and how states from
several edges join. The engine visits blocks in reverse post-order until nothing changes. At the heads of
loops a state grows by `widen`, so an analysis with an infinite domain ends too; afterwards a few plain
rounds (`narrowings`) win back what widening gave away.

States are values: no function of an analysis changes one that it was given.
"""

from __future__ import annotations

import heapq
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from ..ir.graph import Graph, Loop, successors
from ..ir.module import Binary, Block, Compare, Constant, Operator, Predicate, Value
from ..types import BoolType

State = TypeVar("State")


class Analysis(ABC, Generic[State]):
    """What the engine needs to know about one analysis."""

    narrowings = 0  # rounds without widening after the fixed point

    @abstractmethod
    def entry(self) -> State:
        """The state before the first block."""

    @abstractmethod
    def transfer(self, block: Block, state: State) -> State:
        """The state after the block's instructions, before its terminator."""

    @abstractmethod
    def join(self, block: Block, left: State, right: State) -> State:
        """What holds at the start of `block` if either of two states holds."""

    def edge(self, block: Block, index: int, state: State) -> State | None:
        """The state on the way to successor `index`; None if that edge is never taken."""
        return state

    def widen(self, block: Block, before: State, after: State) -> State:
        """A state that covers both and comes to rest after a few rounds."""
        return self.join(block, before, after)

    def settle(self, loop: Loop, entering: State, state: State) -> State:
        """The state at a loop's head, where `entering` is what comes from outside: what the loop never changes
        need not be taken from the edges that come around it."""
        return state


def solve(graph: Graph, analysis: Analysis[State]) -> dict[Block, State]:
    """The state at the start of each block that can be reached; blocks behind dead edges are missing."""
    if not graph.order:
        return {}
    loops = {loop.head: loop for loop in graph.loops}
    incoming: dict[Block, dict[tuple[Block | None, int], State]] = {block: {} for block in graph.order}
    incoming[graph.order[0]][None, 0] = analysis.entry()
    states: dict[Block, State] = {}

    def joined(block: Block, within: frozenset[Block] | set[Block] = frozenset()) -> State:
        """The join of the edges into a block, of those from outside of `within`."""
        first, *others = (state for (source, _), state in incoming[block].items() if source not in within)
        for other in others:
            first = analysis.join(block, first, other)
        return first

    def reached(block: Block) -> bool:
        """Whether an edge leads to a block, other than those around its own loop."""
        own = loops[block].blocks if block in loops else frozenset[Block]()
        return any(source not in own for source, _ in incoming[block])

    def settled(block: Block, state: State) -> State:
        loop = loops.get(block)
        return state if loop is None else analysis.settle(loop, joined(block, loop.blocks), state)

    def leave(block: Block) -> Iterator[tuple[Block, bool]]:
        after = analysis.transfer(block, states[block])
        for index, target in enumerate(successors(block)):
            state = analysis.edge(block, index, after)
            known = incoming[target].get((block, index))
            if state is None:
                changed = incoming[target].pop((block, index), None) is not None
            else:
                incoming[target][block, index] = state
                changed = known is None or known != state
            yield target, changed

    waiting = [0]
    queued = {0}
    while waiting:
        at = heapq.heappop(waiting)
        queued.discard(at)
        block = graph.order[at]
        if not reached(block):
            continue
        state = joined(block)
        if block in states and block in loops:
            state = analysis.widen(block, states[block], state)
        state = settled(block, state)
        if block in states and state == states[block]:
            continue
        states[block] = state
        for target, changed in leave(block):
            position = graph.position[target]
            if changed and position not in queued:
                queued.add(position)
                heapq.heappush(waiting, position)

    # One application of the equations to a solution is a solution again, and never a worse one. What left a block does
    # not change while the state at its start does not.
    for _ in range(analysis.narrowings if loops else 0):
        better = False
        for block in graph.order:
            if not reached(block):
                if states.pop(block, None) is not None:
                    better = True
                for index, target in enumerate(successors(block)):
                    incoming[target].pop((block, index), None)
                continue
            state = settled(block, joined(block))
            if block in states and state == states[block]:
                continue
            better = True
            states[block] = state
            for _target, _changed in leave(block):
                pass
        if not better:
            break
    return states


def implied(condition: Value, holds: bool, resolve: Callable[[Value], Value]) -> Iterator[tuple[Compare, bool]]:
    """The comparisons whose outcome follows when `condition` is known to hold or to fail.

    Args:
        condition: a boolean value.
        holds: whether it is true.
        resolve: gives the value that a read of a local stands for, or the value itself.
    """
    condition = resolve(condition)
    if isinstance(condition, Binary) and isinstance(condition.type, BoolType):
        if condition.operator is (Operator.AND if holds else Operator.OR):
            yield from implied(condition.left, holds, resolve)
            yield from implied(condition.right, holds, resolve)
        elif condition.operator is Operator.XOR:
            for operand, other in ((condition.left, condition.right), (condition.right, condition.left)):
                if isinstance(other, Constant):
                    yield from implied(operand, holds != bool(other.value), resolve)
    elif isinstance(condition, Compare):
        yield condition, holds
        if condition.predicate in (Predicate.EQ, Predicate.NE):
            for operand, other in ((condition.left, condition.right), (condition.right, condition.left)):
                if isinstance(operand.type, BoolType) and isinstance(other, Constant):
                    equal = holds == (condition.predicate is Predicate.EQ)
                    yield from implied(operand, equal == bool(other.value), resolve)
