"""Random functions, run by a small interpreter: no value may ever lie outside the range found for it."""

from __future__ import annotations

import random

import pytest
from test_intervals import evaluate, holds

from pybpfc.compiler.ir.graph import Graph
from pybpfc.compiler.ir.module import (
    Binary,
    Branch,
    Compare,
    Constant,
    Convert,
    Instruction,
    Jump,
    Local,
    LocalRead,
    LocalWrite,
    Operator,
    Predicate,
    Return,
    Value,
)
from pybpfc.compiler.ir.verify import verify
from pybpfc.compiler.safety.intervals import compared_as, number_type
from pybpfc.compiler.safety.ranges import Ranges
from pybpfc.compiler.types import S8, S16, U8, U16, BoolType, IntType
from support.ir import FunctionBuilder, module

TYPES = (U8, S8, U16, S16)
STEPS = 400  # instructions that one run may take


class Program:
    """A random function of nested branches and loops over a few locals."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.builder = FunctionBuilder(parameters={f"argument_{t}": t for t in TYPES})
        self.locals = [p.local for p in self.builder.function.parameters]
        for number in range(3):
            local = self.builder.local(f"local_{number}", self.chance.choice(TYPES))
            self.builder.write(local, self.chance.randint(0, 9))
            self.locals.append(local)
        self.reads: list[Value] = []  # values of blocks that dominate the current one
        self.statements(3)
        self.builder.ret()

    def statements(self, depth: int) -> None:
        for _ in range(self.chance.randint(1, 4)):
            pick = self.chance.random()
            if depth == 0 or pick < 0.5:
                self.assign()
            elif pick < 0.8:
                self.branch(depth - 1)
            else:
                self.loop(depth - 1)

    def number(self, type_: IntType) -> Value:
        """A constant, a local, or an older value, converted to `type_`."""
        pick = self.chance.random()
        if pick < 0.3:
            return Constant(type_, self.chance.choice((0, 1, 2, 7, 8, 15, 100, type_.maximum, type_.minimum)))
        value: Value
        if pick < 0.8 or not self.reads:
            value = self.builder.read(self.chance.choice(self.locals))
            self.reads.append(value)
        else:
            value = self.chance.choice(self.reads)
        return value if value.type == type_ else self.builder.convert(value, type_)

    def expression(self, type_: IntType) -> Value:
        operator = self.chance.choice(list(Operator))
        left = self.number(type_)
        if operator in (Operator.SHL, Operator.LSHR, Operator.ASHR):
            return self.builder.binary(operator, left, self.chance.randint(0, 7))
        return self.builder.binary(operator, left, self.number(type_))

    def assign(self) -> None:
        local = self.chance.choice(self.locals)
        assert isinstance(local.type, IntType)
        value = self.expression(local.type) if self.chance.random() < 0.7 else self.number(local.type)
        self.builder.write(local, value)

    def condition(self) -> Value:
        type_ = self.chance.choice(TYPES)
        predicate = self.chance.choice(list(Predicate))
        left = self.number(type_) if self.chance.random() < 0.7 else self.expression(type_)
        condition: Value = self.builder.compare(predicate, left, self.number(type_))
        if self.chance.random() < 0.2:
            condition = self.builder.compare(self.chance.choice((Predicate.EQ, Predicate.NE)), condition,
                                             self.chance.randint(0, 1))
        return condition

    def branch(self, depth: int) -> None:
        f, known = self.builder, len(self.reads)
        then, otherwise = f.split(self.condition())
        known = len(self.reads)
        after = f.new_block("after")
        for block in (then, otherwise):
            f.to(block)
            self.statements(depth)
            f.jump(after)
            del self.reads[known:]
        f.to(after)

    def loop(self, depth: int) -> None:
        f = self.builder
        head, body, after = (f.new_block(name) for name in ("head", "body", "after"))
        f.jump(head)
        f.to(head)
        f.branch(self.condition(), body, after)
        known = len(self.reads)
        f.to(body)
        self.statements(depth)
        f.jump(head, f.loop("while"))
        del self.reads[known:]
        f.to(after)


def run(program: Program, ranges: Ranges, chance: random.Random) -> int:
    """Runs the function on random arguments; returns how many values were compared with their ranges."""
    function = program.builder.function
    registers: dict[Local, int] = {}
    for parameter in function.parameters:
        assert isinstance(parameter.type, IntType)
        registers[parameter.local] = parameter.type.wrap(chance.choice((chance.getrandbits(16), chance.randint(-3, 9))))
    values: dict[Value, int] = {}

    def value(of: Value) -> int:
        return of.value if isinstance(of, Constant) else values[of]

    def execute(item: Instruction) -> int | None:
        match item:
            case LocalRead():
                return registers[item.local]
            case LocalWrite():
                registers[item.local] = value(item.value)
                return None
            case Binary():
                assert isinstance(item.type, IntType)
                return evaluate(item.operator, value(item.left), value(item.right), item.type)
            case Convert():
                assert isinstance(item.type, IntType)
                return item.type.wrap(value(item.value))
            case Compare():
                type_ = number_type(item.left.type)
                assert type_ is not None
                domain = type_ if isinstance(item.left.type, BoolType) else compared_as(item.predicate, type_)
                return int(holds(item.predicate, domain.wrap(value(item.left)), domain.wrap(value(item.right))))
        raise AssertionError(item)

    compared, block = 0, function.blocks[0]
    for _ in range(STEPS):
        assert block in ranges.reachable
        for item in block.instructions:
            if isinstance(item, Convert):
                known = ranges.converted[item]
                assert known.low <= value(item.value) <= known.high
            result = execute(item)
            if result is not None:
                known_ = ranges.of(item)
                assert known_ is not None
                assert known_.low <= result <= known_.high, (item, result, known_)
                values[item] = result
                compared += 1
        match block.terminator:
            case Jump(target=target):
                block = target
            case Branch(condition=condition, then=then, otherwise=otherwise):
                index = 0 if value(condition) else 1
                assert ranges.live(block, index)
                block = (then, otherwise)[index]
            case Return():
                break
    return compared


@pytest.mark.parametrize("first", range(0, 240, 40))
def test_no_value_lies_outside_of_its_range(first: int) -> None:
    compared = 0
    for seed in range(first, first + 40):
        program = Program(seed)
        verify(module(program.builder.function))
        ranges = Ranges(program.builder.function, Graph(program.builder.function))
        chance = random.Random(seed)
        for _ in range(12):
            compared += run(program, ranges, chance)
    assert compared > 1000
