"""The IR verifier: accepts what the builder may make, and names each broken promise."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pybpfc.compiler.errors import InternalError
from pybpfc.compiler.ir.graph import Graph
from pybpfc.compiler.ir.module import (
    Atomic,
    AtomicOperator,
    Binary,
    Compare,
    Constant,
    Conversion,
    Convert,
    FieldAddress,
    FunctionCall,
    HelperCall,
    Jump,
    Linkage,
    Load,
    Local,
    LocalRead,
    LocalWrite,
    Operator,
    PointerAdd,
    Predicate,
    Return,
    Slot,
    SlotAddress,
    Store,
)
from pybpfc.compiler.ir.verify import verify
from pybpfc.compiler.types import BOOL, S32, U8, U16, U32, U64, VOID, Reference, Space
from pybpfc.tables import helpers
from pybpfc_runtime import layout
from support.ir import FunctionBuilder, constant, module, span, struct

PAIR = struct("Pair", first=layout.U32, second=layout.U64)
ON_STACK = Reference(PAIR, Space.STACK)

_CASES: list[tuple[str, Callable[[FunctionBuilder], object]]] = []


def broken(message: str) -> Callable[[Callable[[FunctionBuilder], object]], Callable[[FunctionBuilder], object]]:
    """Registers a function that breaks a promise, with a part of the message expected for it."""
    def register(build: Callable[[FunctionBuilder], object]) -> Callable[[FunctionBuilder], object]:
        _CASES.append((message, build))
        return build
    return register


@broken("has no terminator")
def no_terminator(f: FunctionBuilder) -> None:
    f.ret()
    f.new_block("open")


@broken("a foreign block")
def foreign_block(f: FunctionBuilder) -> None:
    f.block.terminator = Jump(f.at(), FunctionBuilder("other").block)


@broken("leads back to the entry")
def back_to_the_entry(f: FunctionBuilder) -> None:
    f.jump(f.block)


@broken("is used before it is computed")
def use_before(f: FunctionBuilder) -> None:
    value = f.unknown()
    f.block.instructions.remove(value)
    f.binary(Operator.ADD, value, 1)
    f.add(value)
    f.ret()


@broken("does not dominate its use")
def no_dominance(f: FunctionBuilder) -> None:
    then, otherwise = f.split(f.compare(Predicate.EQ, f.unknown(), 1))
    f.to(then)
    value = f.unknown()
    f.ret()
    f.to(otherwise)
    f.binary(Operator.ADD, value, 1)
    f.ret()


@broken("is in no block of the function")
def from_nowhere(f: FunctionBuilder) -> None:
    f.binary(Operator.ADD, FunctionBuilder("other").unknown(), 1)
    f.ret()


@broken("is listed twice")
def listed_twice(f: FunctionBuilder) -> None:
    f.add(f.unknown())
    f.ret()


@broken("yields nothing")
def void_operand(f: FunctionBuilder) -> None:
    write = f.write(f.local("x"), 1)
    f.add(Binary(U32, f.at(), Operator.ADD, write, constant(1)))
    f.ret()


@broken("constant 256 does not fit u8")
def large_constant(f: FunctionBuilder) -> None:
    f.binary(Operator.ADD, f.unknown(U8), Constant(U8, 256))
    f.ret()


@broken("is not of this function")
def foreign_local(f: FunctionBuilder) -> None:
    f.add(LocalRead(U32, f.at(), Local("x", U32)))
    f.ret()


@broken("value written to local x is u64, not u32")
def write_of_another_type(f: FunctionBuilder) -> None:
    f.add(LocalWrite(VOID, f.at(), f.local("x"), Constant(U64, 1)))
    f.ret()


@broken("slot pair is not of this function")
def foreign_slot(f: FunctionBuilder) -> None:
    f.add(SlotAddress(ON_STACK, f.at(), Slot("pair", PAIR, f.at())))
    f.ret()


@broken("add of u32 and u16")
def different_widths(f: FunctionBuilder) -> None:
    f.add(Binary(U32, f.at(), Operator.ADD, constant(1, U32), constant(1, U16)))
    f.ret()


@broken("the result of mul has 64 bits, not 32")
def result_of_another_width(f: FunctionBuilder) -> None:
    f.add(Binary(U64, f.at(), Operator.MUL, constant(1), constant(1)))
    f.ret()


@broken("comparison of u64 with &Pair in stack")
def number_with_reference(f: FunctionBuilder) -> None:
    address = f.slot_address(f.slot("pair", PAIR))
    f.add(Compare(BOOL, f.at(), Predicate.EQ, constant(0, U64), address))
    f.ret()


@broken("trunc of u32 to u64")
def widening_truncation(f: FunctionBuilder) -> None:
    f.add(Convert(U64, f.at(), Conversion.TRUNCATE, constant(1)))
    f.ret()


@broken("branch on u32")
def branch_on_a_number(f: FunctionBuilder) -> None:
    f.split(f.unknown())
    for block in f.function.blocks[1:]:
        f.to(block)
        f.ret()


@broken("returned value is u64, not s32")
def return_of_another_type(f: FunctionBuilder) -> None:
    f.block.terminator = Return(f.at(), constant(0, U64))


@broken("return without a value")
def return_of_nothing(f: FunctionBuilder) -> None:
    f.block.terminator = Return(f.at(), None)


@broken("alignment 3 is not a power of two")
def odd_alignment(f: FunctionBuilder) -> None:
    f.add(Load(U32, f.at(), f.slot_address(f.slot("x", U32)), 3))
    f.ret()


@broken("access of 8 bytes through a reference to u32")
def wide_store(f: FunctionBuilder) -> None:
    f.add(Store(VOID, f.at(), f.slot_address(f.slot("x", U32)), constant(0, U64), 8))
    f.ret()


@broken("the address is u64, not a reference")
def load_of_a_number(f: FunctionBuilder) -> None:
    f.add(Load(U32, f.at(), f.unknown(U64), 4))
    f.ret()


@broken("Pair has no field number 2")
def no_such_field(f: FunctionBuilder) -> None:
    f.add(FieldAddress(ON_STACK, f.at(), f.slot_address(f.slot("pair", PAIR)), PAIR, 2))
    f.ret()


@broken("an address in map value made from one in stack")
def change_of_space(f: FunctionBuilder) -> None:
    base = f.slot_address(f.slot("pair", PAIR))
    f.add(PointerAdd(Reference(U8, Space.MAP_VALUE), f.at(), base, constant(1, U64)))
    f.ret()


@broken("bpf_ktime_get_ns takes 0 arguments, 1 are given")
def arguments_of_a_helper(f: FunctionBuilder) -> None:
    f.add(HelperCall(U64, f.at(), helpers.by_name("bpf_ktime_get_ns"), (constant(1),)))
    f.ret()


@broken("function nowhere is not in the module")
def call_of_nothing(f: FunctionBuilder) -> None:
    f.add(FunctionCall(U32, f.at(), "nowhere", ()))
    f.ret()


@broken("a call of program program")
def call_of_a_program(f: FunctionBuilder) -> None:
    f.call(f.function, f.context())
    f.ret()


@broken("only cmpxchg has an expected value")
def exchange_without_expectation(f: FunctionBuilder) -> None:
    place = f.slot_address(f.slot("x", U64))
    f.add(Atomic(U64, f.at(), AtomicOperator.COMPARE_EXCHANGE, place, constant(1, U64), True))
    f.ret()


@broken("Store has the type u32")
def store_that_yields(f: FunctionBuilder) -> None:
    f.store(f.slot_address(f.slot("x", U32)), 1).type = U32
    f.ret()


@pytest.mark.parametrize(("message", "build"), _CASES, ids=[build.__name__ for _, build in _CASES])
def test_a_broken_promise_is_named(message: str, build: Callable[[FunctionBuilder], object]) -> None:
    f = FunctionBuilder()
    build(f)
    with pytest.raises(InternalError) as raised:
        verify(module(f.function))
    assert message in raised.value.message
    assert raised.value.message.startswith("in function program: ")
    assert raised.value.span is not None


def test_arguments_of_a_subprogram() -> None:
    callee = FunctionBuilder("callee", linkage=Linkage.STATIC, result=U32, parameters={"x": U32})
    callee.ret(callee.read(callee.parameter("x")))
    f = FunctionBuilder()
    f.call(callee.function, constant(1))
    f.ret()
    verify(module(callee.function, f.function))
    f.block.instructions.append(FunctionCall(U32, f.at(), "callee", (constant(1, S32),)))
    with pytest.raises(InternalError, match="argument x of callee is s32, not u32"):
        verify(module(callee.function, f.function))


def test_two_functions_of_one_name() -> None:
    f = FunctionBuilder()
    f.ret()
    with pytest.raises(InternalError, match="two functions are named program"):
        verify(module(f.function, f.function))


def test_a_value_may_be_used_wherever_its_block_dominates() -> None:
    f = FunctionBuilder()
    value = f.unknown()
    then, otherwise = f.split(f.compare(Predicate.EQ, value, 1))
    for block in (then, otherwise):
        f.to(block)
        f.binary(Operator.ADD, value, 1)
        f.ret()
    verify(module(f.function))


def test_none_stands_for_any_reference() -> None:
    f = FunctionBuilder()
    local = f.local("pair", ON_STACK.or_none())
    f.write(local, Constant(local.type, 0))
    f.write(local, f.slot_address(f.slot("pair", PAIR)))
    f.ret()
    verify(module(f.function))


def test_a_block_that_is_never_reached_is_checked_but_for_dominance() -> None:
    f = FunctionBuilder()
    f.ret()
    dead = f.new_block("dead")
    f.to(dead)
    f.binary(Operator.ADD, f.unknown(), 1)
    f.ret()
    verify(module(f.function))
    assert Graph(f.function).order == [f.function.blocks[0]]


def test_dominators_and_loops() -> None:
    f = FunctionBuilder()
    head, left, right, latch, after = (f.new_block(name) for name in ("head", "left", "right", "latch", "after"))
    entry = f.block
    f.jump(head)
    f.to(head)
    f.branch(f.compare(Predicate.EQ, f.unknown(), 1), left, after)
    f.to(left)
    f.branch(f.compare(Predicate.EQ, f.unknown(), 2), right, latch)
    f.to(right)
    f.jump(latch)
    f.to(latch)
    info = f.loop("while")
    f.jump(head, info)
    f.to(after)
    f.ret()
    graph = Graph(f.function)
    assert graph.order[0] is entry
    assert graph.dominates(head, latch) and graph.dominates(left, latch) and not graph.dominates(right, latch)
    assert graph.dominates(head, after) and graph.dominates(latch, latch)
    (loop,) = graph.loops
    assert (loop.head, loop.blocks, loop.latches, loop.info) == (head, {head, left, right, latch}, [latch], info)
    assert loop.exits() == [(head, 1)]
    assert info.span == span(info.span.line)
