"""Loops end: native `range` loops provably, `while` loops as far as that can be seen."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from ...tables.limits import BPF_COMPLEXITY_LIMIT_INSNS, BPF_COMPLEXITY_LIMIT_JMP_SEQ, BPF_MAX_LOOPS, FARTHEST
from ..diagnostics import Diagnostic
from ..diagnostics.safety import EndlessLoop, LongLoop, UnboundedRange, UnprovenLoop
from ..ir.graph import Graph, Loop
from ..ir.module import (
    Binary,
    Block,
    Branch,
    Compare,
    Constant,
    Convert,
    Function,
    GlobalAddress,
    Load,
    Local,
    LocalRead,
    LocalWrite,
    Opaque,
    Operator,
    Predicate,
    Value,
)
from ..types import Reference, Space
from .intervals import Interval
from .ranges import Ranges

_SHRINKING = (Operator.LSHR, Operator.UDIV)


def check_loops(function: Function, ranges: Ranges) -> Iterator[Diagnostic]:
    """Loops without a way out, `range` loops without a provable bound, `while` loops whose end cannot be seen."""
    rounds_of: dict[Loop, int] = {}
    for loop in ranges.graph.loops:
        if loop.head not in ranges.reachable or loop.info is None:
            continue
        if ranges.reachable.isdisjoint(loop.latches):
            continue  # each round leaves it
        view = _LoopView(loop, ranges)
        if not view.exits:
            yield EndlessLoop(loop.info.span)
        elif loop.info.kind == "range":
            rounds = view.rounds()
            if rounds is not None:
                rounds_of[loop] = rounds
            if rounds is not None and rounds >= BPF_MAX_LOOPS:
                yield UnboundedRange(loop.info.span, rounds, BPF_MAX_LOOPS)
        elif loop.info.kind == "while" and not view.ends():
            yield UnprovenLoop(loop.info.span)
        elif loop.info.kind == "while":
            rounds = view.rounds()
            if rounds is not None:
                rounds_of[loop] = rounds
    yield from _long_loops(rounds_of, ranges)


def _long_loops(rounds_of: dict[Loop, int], ranges: Ranges) -> Iterator[Diagnostic]:
    """Loops that the verifier, which walks them round by round, does not get to the end of. Of loops in loops the
    outermost is reported."""
    reported: list[Loop] = []
    for loop, rounds in sorted(rounds_of.items(), key=lambda item: -len(item[0].blocks)):
        if loop.info is None or rounds >= BPF_MAX_LOOPS or any(loop.head in outer.blocks for outer in reported):
            continue
        inner = [(other, count) for other, count in rounds_of.items() if other.blocks <= loop.blocks]
        instructions = branches = 0
        for block in loop.blocks & ranges.reachable:
            walked = prod(count for other, count in inner if block in other.blocks)
            instructions += walked * len(block.instructions)
            if isinstance(block.terminator, Branch) and ranges.live(block, 0) and ranges.live(block, 1) \
                    and not _decided(block.terminator.condition):
                branches += walked
        if branches > BPF_COMPLEXITY_LIMIT_JMP_SEQ or instructions > BPF_COMPLEXITY_LIMIT_INSNS:
            reported.append(loop)
            yield LongLoop(loop.info.span, rounds, BPF_COMPLEXITY_LIMIT_JMP_SEQ, BPF_COMPLEXITY_LIMIT_INSNS)


def _decided(condition: Value) -> bool:
    """A counter compared with a constant, of which the verifier knows the outcome in each round, or a test for None of
    what was pulled from a packet, which is folded into the comparison with the packet's end."""
    if not isinstance(condition, Compare) or not isinstance(condition.right, Constant):
        return False
    if isinstance(condition.left.type, Reference) and condition.left.type.space is Space.PACKET:
        return True
    return isinstance(condition.left, LocalRead) and condition.left.local.hidden


class _LoopView:
    """One loop with what its blocks compute and write."""

    def __init__(self, loop: Loop, ranges: Ranges) -> None:
        self.loop = loop
        self.ranges = ranges
        self.graph: Graph = ranges.graph
        self.home: dict[Value, Block] = {item: block for block in loop.blocks for item in block.instructions}
        self.writes: dict[Local, list[LocalWrite]] = {}
        for block in loop.blocks:
            for item in block.instructions:
                if isinstance(item, LocalWrite):
                    self.writes.setdefault(item.local, []).append(item)
        exits = [(block, index) for block, index in loop.exits() if ranges.live(block, index)]
        self.exits = sorted(exits, key=lambda edge: (self.graph.position[edge[0]], edge[1]))

    def tests(self) -> Iterator[tuple[Compare, bool]]:
        """Comparisons that every round makes and that leave the loop, with the outcome that stays in it."""
        for block, index in self.exits:
            terminator = block.terminator
            if isinstance(terminator, Branch) and all(self.graph.dominates(block, latch)
                                                      for latch in self.loop.latches):
                condition = terminator.condition
                if isinstance(condition, Compare):
                    yield condition, index != 0

    def ends(self) -> bool:
        """Whether some test is seen to fail in the end."""
        for test, stays in self.tests():
            for side, other, left in ((test.left, test.right, True), (test.right, test.left, False)):
                if self._runs_out(side, other):
                    return True
                if self.invariant(other) and self._counts_towards(test.predicate, side, left, stays):
                    return True
        return False

    def rounds(self) -> int | None:
        """The most rounds of a loop; None where its test has an unknown form."""
        found: list[int] = []
        for test, stays in self.tests():
            for counter, bound in ((test.left, test.right), (test.right, test.left)):
                if self._runs_out(counter, bound):
                    size = counter.type.target.size if isinstance(counter.type, Reference) else 0
                    found += [FARTHEST // size] if size else []
                    continue
                local = self._local(counter)
                if local is None or local not in self.writes or not self.invariant(bound):
                    continue
                step = self._step(local)
                limit, start = self.ranges.of(bound), self._start(local)
                if not step or limit is None or start is None:
                    continue
                predicate = test.predicate.value[1:] if test.predicate not in (Predicate.EQ, Predicate.NE) else ""
                includes = (predicate in ("le", "ge")) == stays
                distance = limit.high - start.low if step > 0 else start.high - limit.low
                found.append(max(0, distance + includes + abs(step) - 1) // abs(step))
        return min(found, default=None)

    def invariant(self, value: Value) -> bool:
        """Whether a value is the same in every round."""
        if isinstance(value, Constant) or value not in self.home:
            return True
        if isinstance(value, LocalRead):
            return value.local not in self.writes
        if isinstance(value, Load):
            return isinstance(value.address, GlobalAddress) and value.address.variable.constant
        return isinstance(value, (Binary, Convert, Opaque)) and all(map(self.invariant, value.operands()))

    def _runs_out(self, side: Value, other: Value) -> bool:
        """A cursor: a packet reference compared with None or with the packet's end."""
        type_ = side.type
        if not isinstance(type_, Reference) or type_.space is not Space.PACKET or self.invariant(side):
            return False
        at_end = isinstance(other.type, Reference) and other.type.space is Space.PACKET_END
        return at_end or (isinstance(other, Constant) and other.value == 0)

    def _counts_towards(self, predicate: Predicate, side: Value, left: bool, stays: bool) -> bool:
        """Whether `side` is a counter that moves in the direction in which the test fails."""
        local = self._local(side)
        if local is None:
            return False
        if self._shrinks(local):
            return True
        step = self._step(local)
        if not step:
            return False
        if predicate in (Predicate.EQ, Predicate.NE):
            return stays == (predicate is Predicate.NE) and abs(step) == 1
        below = predicate.value[1] == "l"
        rises: bool = (below == left) == stays
        return (step > 0) == rises

    def _local(self, value: Value) -> Local | None:
        """The local that a value is made of: read, converted, or moved by a constant."""
        while True:
            if isinstance(value, LocalRead):
                return self._original(value.local)
            if isinstance(value, (Convert, Opaque)):
                value = value.value
            elif (isinstance(value, Binary) and value.operator in (Operator.ADD, Operator.SUB)
                  and isinstance(value.right, Constant)):
                value = value.left
            else:
                return next((local for local, writes in self.writes.items()
                             if any(write.value is value for write in writes)), None)

    def _original(self, local: Local) -> Local:
        """The local that this one is a copy of in every round, or the local itself."""
        seen = {local}
        while len(self.writes.get(local, ())) == 1:
            value = _plain(self.writes[local][0].value)
            if not isinstance(value, LocalRead) or value.local in seen:
                break
            local = value.local
            seen.add(local)
        return local

    def _step(self, local: Local) -> int:
        """The smallest constant by which every round moves the local; 0 if it does not, or not always one way."""
        steps: list[int] = []
        for write in self.writes.get(local, ()):
            step = self._difference(write.value, local)
            if step is None:
                return 0
            steps.append(step)
        if not steps or not (all(step > 0 for step in steps) or all(step < 0 for step in steps)):
            return 0
        return min(steps, key=abs) if self._every_round(self.writes[local]) else 0

    def _shrinks(self, local: Local) -> bool:
        """`x >>= 1` and its like on every path."""
        writes = self.writes.get(local, [])
        for write in writes:
            value = _plain(write.value)
            if not (isinstance(value, Binary) and value.operator in _SHRINKING and isinstance(value.right, Constant)
                    and value.right.value > (value.operator is Operator.UDIV) and self._local(value.left) is local):
                return False
        return bool(writes) and self._every_round(writes)

    def _difference(self, value: Value, local: Local) -> int | None:
        """`value` less what the local held, if that is a constant."""
        total = 0
        while True:
            value = _plain(value)
            if isinstance(value, LocalRead):
                # `x += 1` reads a copy of `x`, the variable of a `for` is a copy of its counter.
                return total if self._original(value.local) is self._original(local) else None
            if not isinstance(value, Binary) or value.operator not in (Operator.ADD, Operator.SUB):
                return None
            left, right = value.left, value.right
            if isinstance(left, Constant) and value.operator is Operator.ADD:
                left, right = right, left
            if not isinstance(right, Constant):
                return None
            number = self.ranges.of(right)
            if number is None or number.single is None:
                return None
            amount = number.single
            if amount >= 1 << 63:
                amount -= 1 << 64  # u64 arithmetic adds -1 as its complement
            total += amount if value.operator is Operator.ADD else -amount
            value = left

    def _every_round(self, writes: list[LocalWrite]) -> bool:
        """Whether no way round the loop avoids all of these writes."""
        writing = {self.home[write] for write in writes}
        if self.loop.head in writing:
            return True
        seen = {self.loop.head}
        waiting = [self.loop.head]
        while waiting:
            block = waiting.pop()
            if block in self.loop.latches:
                return False
            for target in (block.terminator.successors() if block.terminator is not None else ()):
                if target in self.loop.blocks and target not in seen and target not in writing:
                    seen.add(target)
                    waiting.append(target)
        return True

    def _start(self, local: Local) -> Interval | None:
        """The interval of what is written to the counter outside of the loop."""
        found: Interval | None = None
        for block in self.graph.order:
            if block in self.loop.blocks:
                continue
            for item in block.instructions:
                if isinstance(item, LocalWrite) and item.local is local:
                    known = self.ranges.of(item.value)
                    if known is None:
                        return None
                    found = known if found is None else found.hull(known)
        return found


def _plain(value: Value) -> Value:
    while isinstance(value, (Convert, Opaque)):
        value = value.value
    return value
