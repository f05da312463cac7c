"""Loops without a way out, without a visible end, and without a provable bound."""

from __future__ import annotations

import pytest

from pybpfc.compiler.diagnostics import Diagnostic
from pybpfc.compiler.ir.module import Instruction, Local, Operator, Predicate, Value
from pybpfc.compiler.ir.verify import verify
from pybpfc.compiler.safety import analyse
from pybpfc.compiler.types import PACKET_POINTER, S64, U16, U32, U64, IntType, Reference, Space
from support.ir import FunctionBuilder, module, null


def found(builder: FunctionBuilder) -> list[Diagnostic]:
    built = module(builder.function)
    verify(built)
    return analyse(built, "v3")


def codes(builder: FunctionBuilder) -> list[str]:
    return [item.code for item in found(builder)]


class Loop:
    """A loop over `x`: a test at the head, steps in the body."""

    def __init__(self, kind: str, type_: IntType = U32, start: Value | int = 0) -> None:
        self.f = f = FunctionBuilder()
        self.kind = kind
        self.x: Local = f.local("x", type_)
        f.write(self.x, start if isinstance(start, int) else f.convert(start, type_))
        self.head, self.body, self.after = (f.new_block(name) for name in ("head", "body", "after"))
        f.jump(self.head)
        f.to(self.head)

    def until(self, predicate: Predicate, limit: Value | int) -> None:
        self.f.branch(self.f.compare(predicate, self.f.read(self.x), limit), self.body, self.after)
        self.f.to(self.body)

    def step(self, operator: Operator, by: int) -> Instruction:
        return self.f.write(self.x, self.f.binary(operator, self.f.read(self.x), by))

    def close(self) -> FunctionBuilder:
        self.info = self.f.loop(self.kind)
        self.f.jump(self.head, self.info)
        self.f.to(self.after)
        self.f.ret()
        return self.f


def test_a_loop_without_a_way_out() -> None:
    f = FunctionBuilder()
    head = f.new_block("head")
    f.jump(head)
    f.to(head)
    f.unknown()
    info = f.loop("while")
    f.jump(head, info)
    (item,) = found(f)
    assert (item.code, item.span) == ("BPF3040", info.span)


def test_a_loop_whose_condition_never_changes() -> None:
    loop = Loop("while")
    loop.until(Predicate.ULT, 10)
    assert codes(loop.close()) == ["BPF3040"]


@pytest.mark.parametrize(("predicate", "start", "operator", "ends"), [
    (Predicate.ULT, 0, Operator.ADD, True), (Predicate.NE, 0, Operator.ADD, True),
    (Predicate.UGT, 99, Operator.SUB, True), (Predicate.ULT, 3, Operator.MUL, False),
])
def test_a_counter_runs_towards_its_limit(predicate: Predicate, start: int, operator: Operator, ends: bool) -> None:
    loop = Loop("while", start=start)
    loop.until(predicate, 10)
    loop.step(operator, 1)
    assert codes(loop.close()) == ([] if ends else ["BPF3040"])


def test_a_counter_that_runs_away_from_its_limit_is_a_warning() -> None:
    loop = Loop("while", S64, start=100)
    loop.until(Predicate.SGT, 10)
    loop.step(Operator.ADD, 1)
    (item,) = found(loop.close())
    assert (item.code, item.severity) == ("BPF3041", "warning")


def test_a_counter_that_one_path_skips_is_a_warning() -> None:
    loop = Loop("while")
    loop.until(Predicate.ULT, 10)
    f = loop.f
    then, otherwise = f.split(f.compare(Predicate.EQ, f.unknown(), 1))
    latch = f.new_block("latch")
    f.to(then)
    loop.step(Operator.ADD, 1)
    f.jump(latch)
    f.to(otherwise)
    f.jump(latch)
    f.to(latch)
    assert codes(loop.close()) == ["BPF3041"]


def test_a_counter_that_both_paths_move() -> None:
    loop = Loop("while")
    loop.until(Predicate.ULT, 10)
    f = loop.f
    then, otherwise = f.split(f.compare(Predicate.EQ, f.unknown(), 1))
    latch = f.new_block("latch")
    for block, by in ((then, 1), (otherwise, 2)):
        f.to(block)
        loop.step(Operator.ADD, by)
        f.jump(latch)
    f.to(latch)
    assert codes(loop.close()) == []


def test_a_limit_that_moves_is_a_warning() -> None:
    loop = Loop("while")
    loop.until(Predicate.ULT, loop.f.unknown())
    loop.step(Operator.ADD, 1)
    assert codes(loop.close()) == ["BPF3041"]


def test_a_value_that_is_shifted_away() -> None:
    f = FunctionBuilder()
    loop = Loop("while")
    f = loop.f
    before = f.function.blocks[0]
    f.to(before)
    f.write(loop.x, f.unknown())
    f.jump(loop.head)
    f.to(loop.head)
    loop.until(Predicate.NE, 0)
    loop.step(Operator.LSHR, 1)
    assert codes(loop.close()) == []


@pytest.mark.parametrize("counted", [True, False])
def test_a_break_in_the_body(counted: bool) -> None:
    """`while True:` with `if x >= 8: break`, or a break that depends on something else."""
    loop = Loop("while")
    f = loop.f
    f.jump(loop.body)
    f.to(loop.body)
    condition = (f.compare(Predicate.UGE, f.read(loop.x), 8) if counted
                 else f.compare(Predicate.EQ, f.unknown(), 1))
    stay = f.new_block("stay")
    f.branch(condition, loop.after, stay)
    f.to(stay)
    loop.step(Operator.ADD, 1)
    assert codes(loop.close()) == ([] if counted else ["BPF3041"])


def test_a_cursor_that_runs_out() -> None:
    f = FunctionBuilder()
    pointer = Reference(U64, Space.PACKET)
    cursor, header = f.local("cursor", PACKET_POINTER, hidden=True), f.local("header", pointer.or_none())
    f.write(cursor, f.context_field("data"))
    head, after = f.new_block("head"), f.new_block("after")
    f.jump(head)
    f.to(head)
    beyond = f.pointer_add(f.read(cursor), 8)
    short, enough = f.split(f.compare(Predicate.UGT, beyond, f.context_field("data_end")))
    test = f.new_block("test")
    f.to(short)
    f.write(header, null(header.type))
    f.jump(test)
    f.to(enough)
    f.write(header, f.convert(f.read(cursor), header.type))
    f.write(cursor, beyond)
    f.jump(test)
    f.to(test)
    body = f.new_block("body")
    f.branch(f.compare(Predicate.EQ, f.read(header), null(header.type)), after, body)
    f.to(body)
    f.jump(head, f.loop("while"))
    f.to(after)
    f.ret()
    assert codes(f) == []


def range_loop(limit: IntType | int, step: int = 1, above: int | None = None) -> list[Diagnostic]:
    """`for x in range(limit)`: with a number, or an unknown of a type that `if limit > above: return` may bound."""
    f = FunctionBuilder()
    type_ = U32 if isinstance(limit, int) else limit
    counter, bound = f.local("counter", type_, hidden=True), f.local("bound", type_, hidden=True)
    f.write(bound, limit if isinstance(limit, int) else f.unknown(limit))
    if above is not None:
        large, small = f.split(f.compare(Predicate.UGT, f.read(bound), above))
        f.to(large)
        f.ret()
        f.to(small)
    f.write(counter, 0)
    head, body, after = (f.new_block(name) for name in ("head", "body", "end"))
    f.jump(head)
    f.to(head)
    f.branch(f.compare(Predicate.ULT, f.read(counter), f.read(bound)), body, after)
    f.to(body)
    f.write(counter, f.binary(Operator.ADD, f.read(counter), step))
    info = f.loop("range")
    f.jump(head, info)
    f.to(after)
    f.ret()
    report = found(f)
    assert all(item.span == info.span for item in report)
    return report


@pytest.mark.parametrize(("limit", "step", "above", "code"), [
    (64, 1, None, ""), (8192, 1, None, ""), (8193, 1, None, "BPF3043"), (1 << 23, 1, None, "BPF3042"),
    ((1 << 23) - 1, 1, None, "BPF3043"), (1 << 23, 2, None, "BPF3043"), (U32, 1, None, "BPF3042"),
    (U64, 1, None, "BPF3042"), (U16, 1, None, "BPF3043"), (U32, 1, 64, ""), (U64, 1, 1 << 24, "BPF3042"),
])
def test_the_bound_of_a_range_loop(limit: IntType | int, step: int, above: int | None, code: str) -> None:
    assert [item.code for item in range_loop(limit, step, above)] == ([code] if code else [])


def test_the_message_counts_the_rounds() -> None:
    (item,) = range_loop(U32, 4)
    assert item.labels[0].text == f"up to {(1 << 30)} rounds"
