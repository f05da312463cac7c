"""Arithmetic on intervals of integers: for every operation of the IR an interval that holds all results.

An interval holds mathematical integers, read as its type reads the bits: a u32 as 0 to 2**32 - 1, an s8 as
-128 to 127. Where an operation may wrap around, the answer is the whole range of the type. Soundness is
tested against brute force on 8 bits in `tests/safety/test_intervals.py`.
"""

from __future__ import annotations

from typing import NamedTuple

from ..ir.module import Operator, Predicate
from ..types import BeType, BoolType, IntType, Type


class Interval(NamedTuple):
    """All integers from `low` to `high`, both included; never empty."""

    low: int
    high: int

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low} to {self.high}"

    @property
    def single(self) -> int | None:
        """The only member, if there is only one."""
        return self.low if self.low == self.high else None

    def within(self, other: Interval) -> bool:
        return other.low <= self.low and self.high <= other.high

    def hull(self, other: Interval) -> Interval:
        return Interval(min(self.low, other.low), max(self.high, other.high))

    def meet(self, other: Interval) -> Interval | None:
        """What both hold, None if nothing."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Interval(low, high) if low <= high else None


_UNSIGNED = {bits: IntType(bits, False) for bits in (1, 8, 16, 32, 64)}
_FULL: dict[tuple[int, bool], Interval] = {}  # asked for at every instruction


def number_type(type_: Type) -> IntType | None:
    """The integer type as which the bits of a scalar are followed; None for anything but a scalar."""
    if isinstance(type_, IntType):
        return type_
    if isinstance(type_, BeType):
        return _UNSIGNED[type_.bits]
    return _UNSIGNED[1] if isinstance(type_, BoolType) else None


def full(type_: IntType) -> Interval:
    key = type_.bits, type_.signed
    found = _FULL.get(key)
    if found is None:
        found = _FULL[key] = Interval(type_.minimum, type_.maximum)
    return found


def fit(low: int, high: int, type_: IntType) -> Interval:
    """The interval after wrapping to `type_`: itself if nothing wraps, else everything."""
    result = Interval(low, high)
    return result if result.within(full(type_)) else full(type_)


def reinterpret(value: Interval, type_: IntType) -> Interval:
    """The interval of the same low bits read as `type_`: what a truncation or a change of sign gives.

    The result is exact as long as all members wrap by the same multiple of 2**bits.
    """
    if value.within(full(type_)):
        return value
    shift = (value.low - type_.minimum) >> type_.bits
    moved = Interval(value.low - (shift << type_.bits), value.high - (shift << type_.bits))
    return moved if moved.within(full(type_)) else full(type_)


def binary(operator: Operator, left: Interval, right: Interval, type_: IntType) -> Interval:
    """The interval of `left operator right`.

    Args:
        operator: the operation.
        left, right: the operands' intervals, read as `type_` reads them.
        type_: the type of both operands and of the result.
    """
    if operator is Operator.ADD:
        return reinterpret(Interval(left.low + right.low, left.high + right.high), type_)
    if operator is Operator.SUB:
        return reinterpret(Interval(left.low - right.high, left.high - right.low), type_)
    if operator is Operator.MUL:
        corners = [a * b for a in left for b in right]
        return fit(min(corners), max(corners), type_)
    if operator is Operator.SHL:
        return _shift_left(left, right, type_)
    if operator is Operator.ASHR:
        signed = IntType(type_.bits, True)
        value, count = reinterpret(left, signed), _count(right, type_)
        corners = [a >> b for a in value for b in count]
        return reinterpret(Interval(min(corners), max(corners)), type_)
    if operator in (Operator.UDIV, Operator.UMOD, Operator.LSHR):
        unsigned = IntType(type_.bits, False)
        result = _unsigned(operator, reinterpret(left, unsigned), reinterpret(right, unsigned), type_)
        return reinterpret(result, type_)
    return _bitwise(operator, left, right)


def _count(count: Interval, type_: IntType) -> Interval:
    """A shift count: the builder has masked it, but the interval may not show that."""
    if count.within(Interval(0, type_.bits - 1)):
        return count
    return Interval(0, type_.bits - 1)


def _shift_left(left: Interval, right: Interval, type_: IntType) -> Interval:
    count = _count(right, type_)
    corners = [a << b for a in left for b in count]
    return fit(min(corners), max(corners), type_)


def _unsigned(operator: Operator, left: Interval, right: Interval, type_: IntType) -> Interval:
    if operator is Operator.LSHR:
        count = _count(right, type_)
        return Interval(left.low >> count.high, left.high >> count.low)
    if operator is Operator.UDIV:
        if right.high == 0:
            return Interval(0, 0)
        low = 0 if right.low == 0 else left.low // right.high
        return Interval(low, left.high // max(right.low, 1))
    if right.high == 0 or left.high < right.low:
        return left
    if right.low == 0:
        return Interval(0, left.high)  # by zero the dividend remains
    return Interval(0, min(left.high, right.high - 1))


def _bitwise(operator: Operator, left: Interval, right: Interval) -> Interval:
    if left.single is not None and right.single is not None:
        return _same(_bits(operator, left.low, right.low))
    if operator is not Operator.AND:
        if right.single == 0:
            return left
        if left.single == 0:
            return right
    if left.low >= 0 and right.low >= 0:
        below = (1 << max(left.high, right.high).bit_length()) - 1
        if operator is Operator.AND:
            return Interval(0, min(left.high, right.high))
        if operator is Operator.OR:
            return Interval(max(left.low, right.low), below)
        return Interval(0, below)
    if operator is Operator.AND and (left.low >= 0 or right.low >= 0):
        return Interval(0, right.high if right.low >= 0 and (left.low < 0 or right.high < left.high) else left.high)
    # Two's complement: whatever fits `bits` bits beside its sign does so after any of the three.
    bits = max((value if value >= 0 else ~value).bit_length() for value in (*left, *right))
    low, high = -(1 << bits), (1 << bits) - 1
    negative = left.high < 0, right.high < 0
    if operator is Operator.AND and all(negative):
        high = min(left.high, right.high)
    elif operator is Operator.OR and any(negative):
        high = -1
        low = max(low, *(side.low for side, known in zip((left, right), negative, strict=True) if known))
    elif operator is Operator.XOR and all(negative):
        low = 0
    return Interval(low, high)


def _bits(operator: Operator, left: int, right: int) -> int:
    if operator is Operator.AND:
        return left & right
    return left | right if operator is Operator.OR else left ^ right


def _same(value: int) -> Interval:
    return Interval(value, value)


_NEGATED = {
    Predicate.EQ: Predicate.NE, Predicate.NE: Predicate.EQ,
    Predicate.ULT: Predicate.UGE, Predicate.UGE: Predicate.ULT,
    Predicate.ULE: Predicate.UGT, Predicate.UGT: Predicate.ULE,
    Predicate.SLT: Predicate.SGE, Predicate.SGE: Predicate.SLT,
    Predicate.SLE: Predicate.SGT, Predicate.SGT: Predicate.SLE,
}
_SWAPPED = {
    Predicate.EQ: Predicate.EQ, Predicate.NE: Predicate.NE,
    Predicate.ULT: Predicate.UGT, Predicate.UGT: Predicate.ULT,
    Predicate.ULE: Predicate.UGE, Predicate.UGE: Predicate.ULE,
    Predicate.SLT: Predicate.SGT, Predicate.SGT: Predicate.SLT,
    Predicate.SLE: Predicate.SGE, Predicate.SGE: Predicate.SLE,
}


def negated(predicate: Predicate) -> Predicate:
    """The predicate that holds where `predicate` does not."""
    return _NEGATED[predicate]


def swapped(predicate: Predicate) -> Predicate:
    """The predicate that holds of the operands in the other order."""
    return _SWAPPED[predicate]


def compared_as(predicate: Predicate, type_: IntType) -> IntType:
    """The type as which a predicate reads operands of `type_`."""
    if predicate in (Predicate.EQ, Predicate.NE):
        return type_
    return IntType(type_.bits, predicate.value.startswith("s"))


def refine(predicate: Predicate, left: Interval, right: Interval) -> tuple[Interval, Interval] | None:
    """What is left of two intervals once `left predicate right` is known to hold; None if it cannot."""
    if predicate is Predicate.EQ:
        both = left.meet(right)
        return None if both is None else (both, both)
    if predicate is Predicate.NE:
        smaller, other = _without(left, right.single), _without(right, left.single)
        return None if smaller is None or other is None else (smaller, other)
    if predicate.value[1:] in ("gt", "ge"):
        result = refine(swapped(predicate), right, left)
        return None if result is None else (result[1], result[0])
    gap = 1 if predicate.value[1:] == "lt" else 0
    low = max(right.low, left.low + gap)
    high = min(left.high, right.high - gap)
    return None if left.low > high or low > right.high else (Interval(left.low, high), Interval(low, right.high))


def _without(value: Interval, excluded: int | None) -> Interval | None:
    """An interval less one number, which only matters at its ends."""
    low = value.low + (value.low == excluded)
    high = value.high - (value.high == excluded)
    return Interval(low, high) if low <= high else None
