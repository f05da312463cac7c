"""Definite assignment, and objects of a constructor that runs again."""

from __future__ import annotations

import pytest

from pybpfc.compiler.diagnostics import Diagnostic
from pybpfc.compiler.ir.module import Instruction, Local, Operator, Predicate, Slot
from pybpfc.compiler.ir.verify import verify
from pybpfc.compiler.safety import analyse
from pybpfc.compiler.types import U8, U32, Reference, Space
from pybpfc_runtime import layout
from support.ir import FunctionBuilder, module, null, struct

POINT = struct("Point", x=layout.U32, y=layout.U32)


def found(builder: FunctionBuilder) -> list[Diagnostic]:
    built = module(builder.function)
    verify(built)
    return analyse(built, "v3")


@pytest.mark.parametrize("both", [True, False])
def test_a_local_that_one_arm_assigns(both: bool) -> None:
    f = FunctionBuilder()
    x = f.local("x")
    then, otherwise = f.split(f.compare(Predicate.EQ, f.unknown(), 1))
    after = f.new_block("after")
    f.to(then)
    write = f.write(x, 1)
    f.jump(after)
    f.to(otherwise)
    if both:
        f.write(x, 2)
    f.jump(after)
    f.to(after)
    read = f.read(x)
    f.ret()
    if both:
        assert found(f) == []
    else:
        (item,) = found(f)
        assert (item.code, item.span, item.message) == ("BPF3001", read.span, "`x` may have no value here")
        assert item.labels[1].span == write.span


def test_an_arm_that_returns_needs_no_assignment() -> None:
    f = FunctionBuilder()
    x = f.local("x")
    then, otherwise = f.split(f.compare(Predicate.EQ, f.unknown(), 1))
    f.to(then)
    f.ret()
    f.to(otherwise)
    f.write(x, 2)
    f.read(x)
    f.ret()
    assert found(f) == []


def test_a_local_that_is_never_assigned_is_reported_once_at_its_first_read() -> None:
    f = FunctionBuilder()
    x = f.local("x")
    first = f.read(x)
    f.read(x)
    f.ret()
    (item,) = found(f)
    assert (item.code, item.span, len(item.labels)) == ("BPF3001", first.span, 1)


def test_a_missing_value_is_not_a_conversion_error_too() -> None:
    f = FunctionBuilder()
    x = f.local("x", U32)
    then, otherwise = f.split(f.compare(Predicate.EQ, f.unknown(), 1))
    f.to(then)
    f.write(x, 1)
    f.jump(otherwise)
    f.to(otherwise)
    f.convert(f.read(x), U8, implicit=True)
    f.ret()
    assert [item.code for item in found(f)] == ["BPF3001"]


def test_what_the_compiler_made_is_never_named() -> None:
    f = FunctionBuilder()
    f.read(f.local("temporary", hidden=True))
    f.ret()
    assert found(f) == []


def test_parameters_are_assigned() -> None:
    f = FunctionBuilder()
    f.context()
    f.ret()
    assert found(f) == []


@pytest.mark.parametrize("before", [True, False])
def test_a_local_assigned_in_a_loop(before: bool) -> None:
    f = FunctionBuilder()
    x, i = f.local("x"), f.local("i", hidden=True)
    head, body, after = (f.new_block(name) for name in ("head", "body", "after"))
    if before:
        f.write(x, 0)
    f.write(i, 0)
    f.jump(head)
    f.to(head)
    f.branch(f.compare(Predicate.ULT, f.read(i), f.binary(Operator.AND, f.unknown(), 7)), body, after)
    f.to(body)
    f.write(x, 5)
    f.write(i, f.binary(Operator.ADD, f.read(i), 1))
    f.jump(head, f.loop("range"))
    f.to(after)
    f.read(x)
    f.ret()
    assert [item.code for item in found(f)] == ([] if before else ["BPF3001"])


def construct(f: FunctionBuilder, slot: Slot) -> Instruction:
    """A constructor: it yields the reference, whose span is the constructor's."""
    address = f.slot_address(slot)
    f.zero(address, 8)
    return address


class PointLoop:
    """`for ...: cur = Point(...)`, with `previous` beside it; the body is open until `close`."""

    def __init__(self) -> None:
        self.f = f = FunctionBuilder()
        reference = Reference(POINT, Space.STACK)
        self.current = f.local("current", reference)
        self.previous = f.local("previous", reference.or_none())
        self.slot = f.slot("Point", POINT)
        self.i = f.local("i", hidden=True)
        self.head, self.body, self.after = (f.new_block(name) for name in ("head", "body", "after"))
        f.write(self.previous, null(self.previous.type))
        f.write(self.i, 0)
        f.jump(self.head)
        f.to(self.head)
        f.branch(f.compare(Predicate.ULT, f.read(self.i), 8), self.body, self.after)
        f.to(self.body)

    def close(self) -> list[Diagnostic]:
        f = self.f
        f.write(self.i, f.binary(Operator.ADD, f.read(self.i), 1))
        f.jump(self.head, f.loop("range"))
        f.to(self.after)
        f.ret()
        return found(f)

    def use(self, local: Local) -> Instruction:
        return self.f.load(self.f.field(self.f.read(local), POINT, "x", U32))


def test_an_object_of_each_round() -> None:
    loop = PointLoop()
    address = construct(loop.f, loop.slot)
    loop.f.write(loop.current, address)
    loop.use(loop.current)
    assert loop.close() == []


def test_an_earlier_object_that_is_read_after_the_next_is_made() -> None:
    loop = PointLoop()
    address = construct(loop.f, loop.slot)
    loop.f.write(loop.current, address)
    use = loop.use(loop.previous)
    loop.f.write(loop.previous, loop.f.read(loop.current))
    (item,) = loop.close()
    assert (item.code, item.span) == ("BPF3050", address.span)
    assert item.labels[1].span.line == use.span.line - 2  # the read of the local


def test_an_earlier_object_that_is_read_before_the_next_is_made() -> None:
    loop = PointLoop()
    loop.use(loop.previous)
    address = construct(loop.f, loop.slot)
    loop.f.write(loop.current, address)
    loop.f.write(loop.previous, loop.f.read(loop.current))
    assert loop.close() == []


def test_an_earlier_object_whose_reference_was_read_before() -> None:
    loop = PointLoop()
    held = loop.f.read(loop.previous)
    address = construct(loop.f, loop.slot)
    loop.f.write(loop.current, address)
    loop.f.load(loop.f.field(held, POINT, "y", U32))
    loop.f.write(loop.previous, loop.f.read(loop.current))
    assert [(item.code, item.span) for item in loop.close()] == [("BPF3050", address.span)]


def test_a_copy_has_a_slot_of_its_own() -> None:
    loop = PointLoop()
    kept = loop.f.slot("copy", POINT)
    address = construct(loop.f, loop.slot)
    loop.f.write(loop.current, address)
    loop.use(loop.previous)
    copy = loop.f.slot_address(kept)
    loop.f.store(loop.f.field(copy, POINT, "x", U32), 1)
    loop.f.write(loop.previous, copy)
    assert loop.close() == []
