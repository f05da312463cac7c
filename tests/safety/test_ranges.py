"""Ranges through comparisons, loops and masks; implicit conversions and array indexes that they decide."""

from __future__ import annotations

import time

import pytest

from pybpfc.compiler.ir.module import Operator, Predicate, Value
from pybpfc.compiler.ir.verify import verify
from pybpfc.compiler.safety import analyse
from pybpfc.compiler.types import S8, S32, S64, U8, U16, U32, U64, ArrayType, IntType
from support.ir import FunctionBuilder, module


def found(builder: FunctionBuilder) -> list[tuple[str, int]]:
    """Codes and lines of what the safety passes say about one program."""
    built = module(builder.function)
    verify(built)
    return [(item.code, item.span.line) for item in analyse(built, "v3")]


def array(builder: FunctionBuilder, count: int) -> Value:
    return builder.slot_address(builder.slot("table", ArrayType(U8, count)))


def test_an_unknown_index_is_refused_and_points_at_the_access() -> None:
    f = FunctionBuilder()
    access = f.element(array(f, 8), f.unknown(), 8)
    f.ret()
    assert found(f) == [("BPF3010", access.span.line)]


@pytest.mark.parametrize(("index", "code"), [(7, None), (8, "BPF3011"), (-1, "BPF3011")])
def test_a_constant_index(index: int, code: str | None) -> None:
    f = FunctionBuilder()
    f.element(array(f, 8), f.value(index, S32), 8)
    f.ret()
    assert [c for c, _ in found(f)] == ([code] if code else [])


@pytest.mark.parametrize(("operator", "operand", "fits"), [
    (Operator.AND, 7, True), (Operator.AND, 8, False), (Operator.UMOD, 8, True), (Operator.UMOD, 9, False),
    (Operator.LSHR, 29, True), (Operator.LSHR, 28, False), (Operator.UDIV, 1 << 29, True), (Operator.ADD, 1, False),
])
def test_an_operation_that_bounds_the_index(operator: Operator, operand: int, fits: bool) -> None:
    f = FunctionBuilder()
    f.element(array(f, 8), f.binary(operator, f.unknown(), operand), 8)
    f.ret()
    assert (found(f) == []) == fits


def test_a_shift_and_a_mask() -> None:
    f = FunctionBuilder()
    shifted = f.binary(Operator.LSHR, f.unknown(), 4)
    f.element(array(f, 16), f.binary(Operator.AND, shifted, 0xF), 16)
    f.ret()
    assert found(f) == []


def test_a_signed_mask() -> None:
    f = FunctionBuilder()
    f.element(array(f, 256), f.binary(Operator.AND, f.unknown(S32), 0xFF), 256)
    f.ret()
    assert found(f) == []


def test_a_byte_indexes_256_elements() -> None:
    f = FunctionBuilder()
    f.element(array(f, 256), f.unknown(U8), 256)
    f.ret()
    assert found(f) == []


@pytest.mark.parametrize("type_", [U32, U64, U16], ids=str)
@pytest.mark.parametrize(("limit", "fits"), [(8, True), (9, False)])
def test_an_early_return_bounds_later_reads(type_: IntType, limit: int, fits: bool) -> None:
    f = FunctionBuilder()
    x = f.local("x", type_)
    f.write(x, f.unknown(type_))
    large, small = f.split(f.compare(Predicate.UGE, f.read(x), limit))
    f.to(large)
    f.ret()
    f.to(small)
    f.element(array(f, 8), f.read(x), 8)
    f.ret()
    assert (found(f) == []) == fits


@pytest.mark.parametrize("swapped", [False, True])
def test_a_comparison_of_the_widened_local(swapped: bool) -> None:
    f = FunctionBuilder()
    x = f.local("x", U8)
    f.write(x, f.unknown(U8))
    wide = f.convert(f.read(x), U32)
    condition = (f.compare(Predicate.UGT, f.value(8, U32), wide) if swapped
                 else f.compare(Predicate.ULT, wide, 8))
    small, large = f.split(condition)
    f.to(large)
    f.ret()
    f.to(small)
    f.element(array(f, 8), f.read(x), 8)
    f.ret()
    assert found(f) == []


def test_a_comparison_of_a_sum() -> None:
    f = FunctionBuilder()
    x = f.local("x", U32)
    f.write(x, f.convert(f.unknown(U16), U32))
    small, large = f.split(f.compare(Predicate.ULE, f.binary(Operator.ADD, f.read(x), 4), 11))
    f.to(large)
    f.ret()
    f.to(small)
    f.element(array(f, 8), f.read(x), 8)
    f.ret()
    assert found(f) == []


def test_a_sum_that_may_wrap_says_nothing_about_its_parts() -> None:
    f = FunctionBuilder()
    x = f.local("x", U32)
    f.write(x, f.unknown(U32))
    small, large = f.split(f.compare(Predicate.ULE, f.binary(Operator.ADD, f.read(x), 4), 11))
    f.to(large)
    f.ret()
    f.to(small)
    access = f.element(array(f, 8), f.read(x), 8)
    f.ret()
    assert found(f) == [("BPF3010", access.span.line)]


def test_a_chained_comparison_of_a_signed_local() -> None:
    f = FunctionBuilder()
    x = f.local("x", S32)
    f.write(x, f.unknown(S32))
    value = f.read(x)
    second, bad = f.split(f.compare(Predicate.SLE, f.value(0, S32), value))
    f.to(second)
    good, _ = f.split(f.compare(Predicate.SLT, value, 8))
    f.to(_)
    f.ret()
    f.to(bad)
    f.ret()
    f.to(good)
    f.element(array(f, 8), f.read(x), 8)
    f.ret()
    assert found(f) == []


def test_half_a_comparison_of_a_signed_local_is_not_enough() -> None:
    f = FunctionBuilder()
    x = f.local("x", S32)
    f.write(x, f.unknown(S32))
    good, bad = f.split(f.compare(Predicate.SLT, f.read(x), 8))
    f.to(bad)
    f.ret()
    f.to(good)
    access = f.element(array(f, 8), f.read(x), 8)
    f.ret()
    assert found(f) == [("BPF3010", access.span.line)]


def test_a_comparison_is_forgotten_when_the_local_is_written() -> None:
    f = FunctionBuilder()
    x = f.local("x")
    f.write(x, f.unknown())
    good, bad = f.split(f.compare(Predicate.ULT, f.read(x), 8))
    f.to(bad)
    f.ret()
    f.to(good)
    f.write(x, f.unknown())
    access = f.element(array(f, 8), f.read(x), 8)
    f.ret()
    assert found(f) == [("BPF3010", access.span.line)]


def test_the_smaller_of_two() -> None:
    """`min(x, 7)`: a comparison, and a local written on both sides."""
    f = FunctionBuilder()
    result = f.local("result", U32, hidden=True)
    x = f.unknown()
    less, more = f.split(f.compare(Predicate.ULT, x, 7))
    after = f.new_block("after")
    f.to(less)
    f.write(result, x)
    f.jump(after)
    f.to(more)
    f.write(result, 7)
    f.jump(after)
    f.to(after)
    f.element(array(f, 8), f.read(result), 8)
    f.ret()
    assert found(f) == []


def test_a_comparison_with_another_local() -> None:
    f = FunctionBuilder()
    x, n = f.local("x"), f.local("n")
    f.write(x, f.unknown())
    f.write(n, f.binary(Operator.AND, f.unknown(), 7))
    good, bad = f.split(f.compare(Predicate.ULE, f.read(x), f.read(n)))
    f.to(bad)
    f.ret()
    f.to(good)
    f.element(array(f, 8), f.read(x), 8)
    f.ret()
    assert found(f) == []


def test_a_boolean_local_remembers_its_comparison() -> None:
    f = FunctionBuilder()
    x = f.local("x")
    f.write(x, f.unknown())
    compared = f.compare(Predicate.ULT, f.read(x), 8)
    fits = f.local("fits", compared.type)
    f.write(fits, compared)
    good, bad = f.split(f.read(fits))
    f.to(bad)
    f.ret()
    f.to(good)
    f.element(array(f, 8), f.read(x), 8)
    f.ret()
    assert found(f) == []


def range_loop(start: int, limit: Value | int, step: int, count: int) -> FunctionBuilder:
    """`for i in range(start, limit, step): table[i]`, lowered to a hidden counter and the variable."""
    f = FunctionBuilder()
    counter, variable = f.local("counter", U32, hidden=True), f.local("i", U32)
    head, body, after = (f.new_block(name) for name in ("head", "body", "after"))
    info = f.loop("range")
    table = array(f, count)
    f.write(counter, start)
    f.jump(head)
    f.to(head)
    f.branch(f.compare(Predicate.ULT, f.read(counter), limit), body, after)
    f.to(body)
    f.write(variable, f.read(counter))
    f.element(table, f.read(variable), count)
    f.write(counter, f.binary(Operator.ADD, f.read(counter), step))
    f.jump(head, info)
    f.to(after)
    f.ret()
    return f


@pytest.mark.parametrize(("start", "limit", "step", "count", "fits"), [
    (0, 8, 1, 8, True), (0, 9, 1, 8, False), (2, 8, 1, 8, True), (0, 64, 4, 64, True), (0, 64, 4, 60, False),
])
def test_the_variable_of_a_range_loop(start: int, limit: int, step: int, count: int, fits: bool) -> None:
    codes = [code for code, _ in found(range_loop(start, limit, step, count))]
    assert codes == ([] if fits else ["BPF3010"])


@pytest.mark.parametrize("predicate", [Predicate.ULT, Predicate.NE], ids=lambda predicate: predicate.value)
def test_the_counter_of_a_while_loop(predicate: Predicate) -> None:
    f = FunctionBuilder()
    i = f.local("i", U64)
    head, body, after = (f.new_block(name) for name in ("head", "body", "after"))
    table = array(f, 10)
    f.write(i, 0)
    f.jump(head)
    f.to(head)
    f.branch(f.compare(predicate, f.read(i), 10), body, after)
    f.to(body)
    f.element(table, f.read(i), 10)
    f.write(i, f.binary(Operator.ADD, f.read(i), 1))
    f.jump(head, f.loop("while"))
    f.to(after)
    f.ret()
    assert found(f) == []


def test_nested_loops() -> None:
    f = FunctionBuilder()
    i, j = f.local("i", hidden=True), f.local("j", hidden=True)
    outer, inner, body, next_, after = (f.new_block(name) for name in ("outer", "inner", "body", "next", "after"))
    table = array(f, 12)
    f.write(i, 0)
    f.jump(outer)
    f.to(outer)
    f.write(j, 0)
    f.branch(f.compare(Predicate.ULT, f.read(i), 4), inner, after)
    f.to(inner)
    f.branch(f.compare(Predicate.ULT, f.read(j), 3), body, next_)
    f.to(body)
    row = f.binary(Operator.MUL, f.read(i), 3)
    f.element(table, f.binary(Operator.ADD, row, f.read(j)), 12)
    f.write(j, f.binary(Operator.ADD, f.read(j), 1))
    f.jump(inner, f.loop("range"))
    f.to(next_)
    f.write(i, f.binary(Operator.ADD, f.read(i), 1))
    f.jump(outer, f.loop("range"))
    f.to(after)
    f.ret()
    assert found(f) == []


def test_an_edge_that_is_never_taken_is_not_followed() -> None:
    f = FunctionBuilder()
    never, always = f.split(f.compare(Predicate.UGT, f.binary(Operator.AND, f.unknown(), 3), 3))
    f.to(never)
    f.element(array(f, 8), f.value(99, U32), 8)
    f.ret()
    f.to(always)
    f.ret()
    assert found(f) == []


@pytest.mark.parametrize(("source", "target", "mask", "code"), [
    (U64, U32, None, "BPF2020"), (U64, U32, 0xFFFF_FFFF, None), (U64, S32, 0xFFFF_FFFF, "BPF2020"),
    (S64, S32, None, "BPF2020"), (U32, U8, 0x1FF, "BPF2020"), (U32, U8, 0xFF, None),
    (S32, U32, None, "BPF2021"), (U32, S32, None, "BPF2021"), (U32, S32, 0x7FFF_FFFF, None),
    (S32, U64, None, "BPF2021"), (S8, U16, 0x7F, None), (U32, S64, None, None), (S64, U8, None, "BPF2021"),
])
def test_an_implicit_conversion_must_lose_nothing(source: IntType, target: IntType, mask: int | None,
                                                  code: str | None) -> None:
    f = FunctionBuilder()
    value: Value = f.unknown(source)
    if mask is not None:
        value = f.binary(Operator.AND, value, mask)
    f.convert(value, target, implicit=True)
    f.ret()
    assert [c for c, _ in found(f)] == ([code] if code else [])


def test_an_explicit_conversion_may_lose() -> None:
    f = FunctionBuilder()
    f.convert(f.unknown(U64), U8)
    f.ret()
    assert found(f) == []


def test_the_message_names_the_cast_and_the_range() -> None:
    f = FunctionBuilder()
    f.convert(f.binary(Operator.AND, f.unknown(U64), 0x1FF), U8, implicit=True)
    f.ret()
    (item,) = analyse(module(f.function), "v3")
    assert item.message == "`u64` may not fit `u8`"
    assert item.labels[0].text == "this is 0 to 511, `u8` holds 0 to 255"
    assert "`u8(" in item.helps[0]


def test_time_grows_with_the_length_of_a_function() -> None:
    """Four times the statements take about four times as long; a quadratic pass would take sixteen."""
    def seconds(statements: int) -> float:
        f = FunctionBuilder()
        x = f.local("x")
        f.write(x, f.unknown())
        table = array(f, 8)
        for _ in range(statements):
            after = f.new_block("after")
            f.branch(f.compare(Predicate.ULT, f.read(x), 8), inside := f.new_block("inside"), after)
            f.to(inside)
            f.element(table, f.read(x), 8)
            f.jump(after)
            f.to(after)
            f.line = 1
        f.ret()
        built = module(f.function)
        start = time.process_time()
        assert analyse(built, "v3") == []
        return time.process_time() - start

    assert seconds(1000) < 10 * max(seconds(250), 0.02)
