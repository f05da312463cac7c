"""Interval arithmetic against brute force: no result of an operation may lie outside the interval given for it."""

from __future__ import annotations

import random

import pytest

from pybpfc.compiler.ir.module import Operator, Predicate
from pybpfc.compiler.safety.intervals import (
    Interval,
    binary,
    compared_as,
    full,
    negated,
    refine,
    reinterpret,
    swapped,
)
from pybpfc.compiler.types import S8, S16, U8, U16, IntType


def evaluate(operator: Operator, left: int, right: int, type_: IntType) -> int:
    """What the BPF instruction gives for two numbers of `type_`."""
    bits, mask = type_.bits, (1 << type_.bits) - 1
    unsigned = left & mask, right & mask
    match operator:
        case Operator.ADD:
            result = left + right
        case Operator.SUB:
            result = left - right
        case Operator.MUL:
            result = left * right
        case Operator.UDIV:
            result = unsigned[0] // unsigned[1] if unsigned[1] else 0
        case Operator.UMOD:
            result = unsigned[0] % unsigned[1] if unsigned[1] else unsigned[0]
        case Operator.AND:
            result = left & right
        case Operator.OR:
            result = left | right
        case Operator.XOR:
            result = left ^ right
        case Operator.SHL:
            result = left << right
        case Operator.LSHR:
            result = unsigned[0] >> right
        case Operator.ASHR:
            result = IntType(bits, True).wrap(left) >> right
    return type_.wrap(result)


def some_interval(chance: random.Random, type_: IntType) -> Interval:
    """Short, long and touching the ends of the type, in about equal shares."""
    low = chance.choice((type_.minimum, chance.randint(type_.minimum, type_.maximum)))
    shape = chance.random()
    if shape < 0.3:
        return Interval(low, low)
    high = min(type_.maximum, low + chance.randint(0, 9)) if shape < 0.7 else chance.randint(low, type_.maximum)
    return Interval(low, high)


def members(chance: random.Random, interval: Interval) -> set[int]:
    """Up to 24 members: the ends, what is around zero, and some by chance."""
    if interval.high - interval.low < 24:
        return set(range(interval.low, interval.high + 1))
    picked = {chance.randint(*interval) for _ in range(16)}
    picked |= {interval.low, interval.high, interval.low + 1, interval.high - 1}
    return picked | {value for value in (-1, 0, 1) if interval.low <= value <= interval.high}


@pytest.mark.parametrize("type_", [U8, S8], ids=str)
@pytest.mark.parametrize("operator", list(Operator), ids=lambda operator: operator.value)
def test_no_result_lies_outside(operator: Operator, type_: IntType) -> None:
    chance = random.Random(f"{operator.value} {type_}")
    shifts = operator in (Operator.SHL, Operator.LSHR, Operator.ASHR)
    for _ in range(400):
        left = some_interval(chance, type_)
        right = some_interval(chance, type_)
        if shifts:
            count = chance.randint(0, 7)
            right = Interval(count, chance.randint(count, 7))
        result = binary(operator, left, right, type_)
        assert result.within(full(type_))
        for a in members(chance, left):
            for b in members(chance, right):
                value = evaluate(operator, a, b, type_)
                assert result.low <= value <= result.high, (left, right, a, b, value, result)


@pytest.mark.parametrize("operator", [Operator.ADD, Operator.SUB, Operator.AND, Operator.UMOD, Operator.LSHR],
                         ids=lambda operator: operator.value)
def test_single_numbers_give_single_numbers(operator: Operator) -> None:
    chance = random.Random(operator.value)
    for _ in range(300):
        a, b = chance.randint(0, 255), chance.randint(1, 7)
        if operator is Operator.UMOD and a >= b:
            continue  # the remainder of a division is bounded, not followed
        assert binary(operator, Interval(a, a), Interval(b, b), U8).single == evaluate(operator, a, b, U8)


@pytest.mark.parametrize(("source", "target"), [(U8, S8), (S8, U8), (U16, U8), (S16, U8), (U16, S8), (S16, S8)],
                         ids=str)
def test_reinterpretation_holds_every_member(source: IntType, target: IntType) -> None:
    chance = random.Random(f"{source} {target}")
    for _ in range(400):
        interval = some_interval(chance, source)
        result = reinterpret(interval, target)
        assert result.within(full(target))
        for value in members(chance, interval):
            assert result.low <= target.wrap(value) <= result.high


def test_a_change_of_sign_is_exact_where_all_members_wrap() -> None:
    assert reinterpret(Interval(-5, -1), U8) == Interval(251, 255)
    assert reinterpret(Interval(200, 210), S8) == Interval(-56, -46)
    assert reinterpret(Interval(0x100, 0x107), U8) == Interval(0, 7)
    assert reinterpret(Interval(-1, 1), U8) == full(U8)


def holds(predicate: Predicate, a: int, b: int) -> bool:
    """The predicate on numbers that are already read as signed or unsigned."""
    return {"eq": a == b, "ne": a != b, "lt": a < b, "le": a <= b, "gt": a > b, "ge": a >= b}[
        predicate.value if predicate in (Predicate.EQ, Predicate.NE) else predicate.value[1:]]


@pytest.mark.parametrize("predicate", list(Predicate), ids=lambda predicate: predicate.value)
def test_refinement_keeps_every_pair_that_compares(predicate: Predicate) -> None:
    chance = random.Random(predicate.value)
    type_ = compared_as(predicate, U8)
    for _ in range(500):
        left, right = some_interval(chance, type_), some_interval(chance, type_)
        result = refine(predicate, left, right)
        for a in members(chance, left):
            for b in members(chance, right):
                assert holds(predicate, a, b) != holds(negated(predicate), a, b)
                assert holds(predicate, a, b) == holds(swapped(predicate), b, a)
                if holds(predicate, a, b):
                    assert result is not None, (left, right)
                    assert result[0].low <= a <= result[0].high
                    assert result[1].low <= b <= result[1].high


@pytest.mark.parametrize(("predicate", "left", "right", "refined"), [
    (Predicate.ULT, (0, 255), (8, 8), ((0, 7), (8, 8))),
    (Predicate.UGE, (0, 255), (8, 8), ((8, 255), (8, 8))),
    (Predicate.EQ, (0, 255), (8, 9), ((8, 9), (8, 9))),
    (Predicate.NE, (0, 255), (0, 0), ((1, 255), (0, 0))),
    (Predicate.ULT, (0, 255), (0, 16), ((0, 15), (1, 16))),
    (Predicate.ULT, (8, 9), (8, 8), None),
    (Predicate.SGT, (-128, 127), (-1, -1), ((0, 127), (-1, -1))),
])
def test_refinement_is_sharp(predicate: Predicate, left: tuple[int, int], right: tuple[int, int],
                             refined: tuple[tuple[int, int], tuple[int, int]] | None) -> None:
    assert refine(predicate, Interval(*left), Interval(*right)) == refined
