"""Interval analysis: which numbers each value and each local may hold at each place of a function.

Two ideas make comparisons useful. A local that is written or read *holds* a value, and every further read
stands for that same value until the local is written again; so `if x >= 8: return` narrows the value, and
with it each later read of `x`. And what is learned of a value is handed down to what it was computed from:
of a widened operand, of `x + 1`, of `x >> 4`.

A branch that the intervals decide is followed on one side only; the other passes ask `live` about it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable

from ...record import field, state_record
from ..ir.graph import Graph, Loop, used_elsewhere
from ..ir.module import (
    Binary,
    Block,
    Branch,
    Compare,
    Constant,
    Conversion,
    Convert,
    ElementAddress,
    Function,
    Instruction,
    Local,
    LocalRead,
    LocalWrite,
    Opaque,
    Operator,
    Value,
)
from ..types import IntType
from .dataflow import Analysis, implied, solve
from .intervals import Interval, binary, compared_as, full, negated, number_type, refine, reinterpret

_THRESHOLD_ROUNDS = 8  # how often a bound may stop at a constant of the loop before it gives up
_DEPTH = 8  # how far a comparison is handed down the operands


@state_record
class _State:
    """What is known at one place. A value or local that is missing may hold anything of its type."""

    facts: dict[Value, Interval] = field(default_factory=dict)
    holds: dict[Local, Value] = field(default_factory=dict)  # the value that a local holds
    locals: dict[Local, Interval] = field(default_factory=dict)  # of locals that hold no known value
    alias: dict[Value, Value] = field(default_factory=dict)  # a read, and the value that the local held then
    unwritten: frozenset[Local] = frozenset()  # locals that nothing has written yet: they hold no number at all

    def copy(self) -> _State:
        return _State(dict(self.facts), dict(self.holds), dict(self.locals), dict(self.alias), self.unwritten)

    def resolve(self, value: Value) -> Value:
        return self.alias.get(value, value)

    def interval(self, value: Value) -> Interval | None:
        """The interval of a scalar value, None for a reference."""
        type_ = number_type(value.type)
        if type_ is None:
            return None
        value = self.alias.get(value, value)
        if isinstance(value, Constant):
            number = type_.wrap(value.value)
            return Interval(number, number)
        return self.facts.get(value) or full(type_)

    def of_local(self, local: Local) -> Interval | None:
        if local in self.holds:
            return self.interval(self.holds[local])
        type_ = number_type(local.type)
        return None if type_ is None else self.locals.get(local) or full(type_)

    def learn(self, value: Value, interval: Interval) -> None:
        type_ = number_type(value.type)
        if type_ is None or interval == full(type_):
            self.facts.pop(value, None)
        else:
            self.facts[value] = interval


class _Impossible(Exception):
    """What a branch says contradicts what is known: it is never taken."""


class Ranges(Analysis[_State]):
    """The analysis of one function; `of` and `live` give its results.

    Attributes:
        graph: the control-flow graph of the function.
        indexes: the interval of each ElementAddress's index where it is used.
        converted: the interval of each Convert's operand where it is used.
    """

    narrowings = 3

    def __init__(self, function: Function, graph: Graph) -> None:
        self.function = function
        self.graph = graph
        self.indexes: dict[ElementAddress, Interval] = {}
        self.converted: dict[Convert, Interval] = {}
        self._escaping = used_elsewhere(graph)
        self._loops = {loop.head: loop for loop in graph.loops}
        self._home: dict[Value, Block] = {item: block for block in graph.order for item in block.instructions}
        self._written = {loop.head: {item.local for block in loop.blocks for item in block.instructions
                                     if isinstance(item, LocalWrite)} for loop in graph.loops}
        self._thresholds: dict[Block, list[int]] = {}
        self._widened: Counter[tuple[Block, Value | Local]] = Counter()
        self._intervals: dict[Value, Interval] = {}
        self._dead: set[tuple[Block, int]] = set()
        states = solve(graph, self)
        for block in graph.order:
            if block in states:
                self._record(block, states[block])
        self.reachable = frozenset(states)

    def of(self, value: Value) -> Interval | None:
        """The interval of a scalar where it is computed; None for a reference and in code that never runs."""
        type_ = number_type(value.type)
        if isinstance(value, Constant) and type_ is not None:
            number = type_.wrap(value.value)
            return Interval(number, number)
        return self._intervals.get(value)

    def live(self, block: Block, index: int) -> bool:
        """Whether the edge from `block` to its successor `index` may be taken."""
        return block in self.reachable and (block, index) not in self._dead

    # The analysis

    def entry(self) -> _State:
        parameters = {parameter.local for parameter in self.function.parameters}
        return _State(unwritten=frozenset(self.function.locals) - parameters)

    def transfer(self, block: Block, state: _State) -> _State:
        after = state.copy()
        for instruction in block.instructions:
            self._step(instruction, after)
        return after

    def edge(self, block: Block, index: int, state: _State) -> _State | None:
        terminator = block.terminator
        result = state.copy()
        if isinstance(terminator, Branch) and terminator.then is not terminator.otherwise:
            try:
                self._assume(terminator.condition, index == 0, result)
            except _Impossible:
                return None
        self._forget(result)
        return result

    def join(self, block: Block, left: _State, right: _State) -> _State:
        if left == right:
            return left
        result = _State()
        result.holds = {local: value for local, value in left.holds.items() if right.holds.get(local) is value}
        result.alias = {read: value for read, value in left.alias.items() if right.alias.get(read) is value}
        result.unwritten = left.unwritten & right.unwritten
        for local in {*left.holds, *left.locals, *right.holds, *right.locals} - set(result.holds):
            # Where one path has not written it, the other one's number counts: reading it there is an error.
            known = None if local in left.unwritten else left.of_local(local)
            other = None if local in right.unwritten else right.of_local(local)
            both = known.hull(other) if known is not None and other is not None else known or other
            type_ = number_type(local.type)
            if both is not None and type_ is not None and both != full(type_):
                result.locals[local] = both
        for value in {*left.facts, *left.alias} - set(result.alias):
            known, other = left.interval(value), right.interval(value)
            if known is not None and other is not None:
                result.learn(value, known.hull(other))
        return result

    def widen(self, block: Block, before: _State, after: _State) -> _State:
        result = self.join(block, before, after)
        for value, interval in list(result.facts.items()):
            wide = self._wider(block, value, before.interval(value), interval)
            result.learn(value, wide)
        for local, interval in list(result.locals.items()):
            result.locals[local] = self._wider(block, local, before.of_local(local), interval)
        return result

    def settle(self, loop: Loop, entering: _State, state: _State) -> _State:
        result = state.copy()
        written = self._written[loop.head]
        for local in {*result.holds, *result.locals, *entering.holds, *entering.locals} - written:
            for into, source in ((result.holds, entering.holds), (result.locals, entering.locals)):
                into.pop(local, None)
                if local in source:
                    into[local] = source[local]  # type: ignore[assignment]
        for value in {*result.facts, *entering.facts}:
            if self._home.get(value) not in loop.blocks:
                result.learn(value, entering.facts[value] if value in entering.facts else result.facts[value])
        return result

    def _wider(self, block: Block, key: Value | Local, before: Interval | None, after: Interval) -> Interval:
        type_ = number_type(key.type)
        if before is None or type_ is None or after.within(before):
            return after
        self._widened[block, key] += 1
        stops = self._stops(block) if self._widened[block, key] <= _THRESHOLD_ROUNDS else []
        low, high = after
        if low < before.low:
            at = bisect_right(stops, low) - 1
            low = max(type_.minimum, stops[at]) if at >= 0 else type_.minimum
        if high > before.high:
            at = bisect_left(stops, high)
            high = min(type_.maximum, stops[at]) if at < len(stops) else type_.maximum
        return Interval(low, high)

    def _stops(self, head: Block) -> list[int]:
        """The numbers at which a growing bound stops first: constants that the loop compares with, and next to them."""
        if head not in self._thresholds:
            found: set[int] = set()
            for item in _compares(self._loops[head]):
                for side in (item.left, item.right):
                    if isinstance(side, Constant):
                        found |= {side.value - 1, side.value, side.value + 1}
            self._thresholds[head] = sorted(found)
        return self._thresholds[head]

    # Instructions

    def _step(self, item: Instruction, state: _State) -> None:
        if isinstance(item, LocalRead):
            state.facts.pop(item, None)
            held = state.holds.get(item.local)
            if held is not None:
                state.alias[item] = held
                return
            state.alias.pop(item, None)
            state.unwritten -= {item.local}
            known = state.locals.pop(item.local, None)
            state.holds[item.local] = item
            if known is not None:
                state.learn(item, known)
        elif isinstance(item, LocalWrite):
            state.holds[item.local] = state.resolve(item.value)
            state.locals.pop(item.local, None)
            state.unwritten -= {item.local}
        else:
            result = self._compute(item, state)
            if result is not None:
                state.learn(item, result)

    def _compute(self, item: Instruction, state: _State) -> Interval | None:
        """The interval of an instruction's value; None where its type says all that is known."""
        type_ = number_type(item.type)
        if type_ is None:
            return None
        if isinstance(item, Binary):
            left, right = state.interval(item.left), state.interval(item.right)
            if left is None or right is None:
                return None
            if item.operator not in (Operator.SHL, Operator.LSHR, Operator.ASHR):
                right = reinterpret(right, type_)
            return binary(item.operator, reinterpret(left, type_), right, type_)
        if isinstance(item, Convert):
            operand = state.interval(item.value)
            source = number_type(item.value.type)
            if operand is None or source is None:
                return None
            if item.conversion is Conversion.ZERO_EXTEND:
                operand = reinterpret(operand, IntType(source.bits, False))
            elif item.conversion is Conversion.SIGN_EXTEND:
                operand = reinterpret(operand, IntType(source.bits, True))
            return reinterpret(operand, type_)
        if isinstance(item, Compare):
            return _decided(item, state)
        if isinstance(item, Opaque):
            return state.interval(item.value)
        return full(type_)

    # Branches

    def _assume(self, condition: Value, holds: bool, state: _State) -> None:
        known = state.interval(condition)
        wanted = Interval(int(holds), int(holds))
        if known is None or known.meet(wanted) is None:
            raise _Impossible
        resolved = state.resolve(condition)
        if not isinstance(resolved, Constant):
            state.learn(resolved, wanted)
        for item, outcome in implied(condition, holds, state.resolve):
            predicate = item.predicate if outcome else negated(item.predicate)
            left_type, right_type = number_type(item.left.type), number_type(item.right.type)
            left, right = state.interval(item.left), state.interval(item.right)
            if left_type is None or right_type is None or left is None or right is None:
                continue
            domain = compared_as(predicate, left_type)
            refined = refine(predicate, reinterpret(left, domain), reinterpret(right, domain))
            if refined is None:
                raise _Impossible
            self._narrow(item.left, reinterpret(refined[0], left_type), state, _DEPTH)
            self._narrow(item.right, reinterpret(refined[1], right_type), state, _DEPTH)

    def _narrow(self, value: Value, interval: Interval, state: _State, depth: int) -> None:
        """Meets what is known of `value` with `interval`, and hands it down to what it was computed from."""
        value = state.resolve(value)
        known = state.interval(value)
        if known is None:
            return
        met = known.meet(interval)
        if met is None:
            raise _Impossible
        if isinstance(value, Constant):
            return
        state.learn(value, met)
        if depth == 0:
            return
        if isinstance(value, Convert):
            self._narrow_converted(value, met, state, depth - 1)
        elif isinstance(value, Opaque):
            self._narrow(value.value, met, state, depth - 1)
        elif isinstance(value, Binary) and isinstance(value.type, IntType):
            self._narrow_binary(value, value.type, met, state, depth - 1)

    def _narrow_converted(self, item: Convert, interval: Interval, state: _State, depth: int) -> None:
        source, known = number_type(item.value.type), state.interval(item.value)
        if source is None or known is None:
            return
        target = number_type(item.type)
        assert target is not None  # only numbers have intervals
        if item.conversion in (Conversion.ZERO_EXTEND, Conversion.SIGN_EXTEND):
            signed = item.conversion is Conversion.SIGN_EXTEND
            met = reinterpret(interval, IntType(target.bits, signed)).meet(full(IntType(source.bits, signed)))
            if met is None:
                raise _Impossible
            interval = met
        elif item.conversion is Conversion.TRUNCATE and not known.within(full(target)):
            return
        self._narrow(item.value, reinterpret(interval, source), state, depth)

    def _narrow_binary(self, item: Binary, type_: IntType, interval: Interval, state: _State, depth: int) -> None:
        left, right = state.interval(item.left), state.interval(item.right)
        if left is None or right is None or item.left.type != type_ or item.right.type != type_:
            return
        if item.operator is Operator.ADD:
            if left.single is not None:
                left, right, moved = right, left, item.right
            else:
                moved = item.left
            if right.single is not None and Interval(left.low + right.low, left.high + right.low).within(full(type_)):
                self._narrow(moved, Interval(interval.low - right.low, interval.high - right.low), state, depth)
        elif item.operator is Operator.SUB:
            if right.single is not None and Interval(left.low - right.low, left.high - right.low).within(full(type_)):
                self._narrow(item.left, Interval(interval.low + right.low, interval.high + right.low), state, depth)
        elif (item.operator is Operator.LSHR and right.single is not None and 0 <= right.low < type_.bits
              and left.low >= 0 and interval.low >= 0):
            below = (1 << right.low) - 1
            self._narrow(item.left, Interval(interval.low << right.low, interval.high << right.low | below), state,
                         depth)

    # Results

    def _forget(self, state: _State) -> None:
        """Drops what no later block can ask for."""
        state.alias = {read: value for read, value in state.alias.items() if read in self._escaping}
        needed = self._escaping.union(state.holds.values(), state.alias.values())
        state.facts = {value: interval for value, interval in state.facts.items() if value in needed}

    def _record(self, block: Block, state: _State) -> None:
        state = state.copy()
        for item in block.instructions:
            if isinstance(item, (ElementAddress, Convert)):
                operand = state.interval(item.index if isinstance(item, ElementAddress) else item.value)
                if operand is not None and isinstance(item, ElementAddress):
                    self.indexes[item] = operand
                elif operand is not None and isinstance(item, Convert):
                    self.converted[item] = operand
            self._step(item, state)
            known = state.interval(item)
            if known is not None:
                self._intervals[item] = known
        if isinstance(block.terminator, Branch):
            for index in (0, 1):
                if self.edge(block, index, state) is None:
                    self._dead.add((block, index))


def _decided(item: Compare, state: _State) -> Interval:
    """0 or 1 where the intervals of the operands decide a comparison, else both."""
    left, right, type_ = state.interval(item.left), state.interval(item.right), number_type(item.left.type)
    if left is None or right is None or type_ is None:
        return Interval(0, 1)
    domain = compared_as(item.predicate, type_)
    left, right = reinterpret(left, domain), reinterpret(right, domain)
    if refine(item.predicate, left, right) is None:
        return Interval(0, 0)
    if refine(negated(item.predicate), left, right) is None:
        return Interval(1, 1)
    return Interval(0, 1)


def _compares(loop: Loop) -> Iterable[Compare]:
    for block in loop.blocks:
        for item in block.instructions:
            if isinstance(item, Compare):
                yield item
