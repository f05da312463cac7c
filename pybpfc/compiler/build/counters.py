"""Variables that decide when a `while` loop ends, and that the verifier must not lose sight of.

Over a call LLVM keeps its values on the stack, one of 32 bits in half of a slot. Of a half the verifier knows nothing
any more once the other one is written, and a loop whose counter it does not know has no end for it. Of the counter of
two turns LLVM makes a flag of that size, too. So such a variable is kept in 64 bits, as the counter of a `range` is,
and its steps are out of LLVM's sight.
"""

from __future__ import annotations

from ..ir import module as ir
from ..ir.graph import Graph, Loop
from ..types import IntType

_CALLS = (ir.HelperCall, ir.KernelCall, ir.FunctionCall)
_STEPS = (ir.Operator.ADD, ir.Operator.SUB, ir.Operator.LSHR, ir.Operator.UDIV)


def keep_counters(function: ir.Function) -> None:
    """Mark the locals that move by a constant and are compared in a loop with calls."""
    if not any(isinstance(item, _CALLS) for item in function.instructions()):
        return
    for loop in Graph(function).loops:
        if loop.info is not None and loop.info.kind == "while" and any(
                isinstance(item, _CALLS) for block in loop.blocks for item in block.instructions):
            for local in _moved(loop) & _compared(loop):
                local.counts = isinstance(local.type, IntType)


def _moved(loop: Loop) -> set[ir.Local]:
    found = set()
    for block in loop.blocks:
        for item in block.instructions:
            if isinstance(item, ir.LocalWrite):
                value = _plain(item.value)
                if isinstance(value, ir.Binary) and value.operator in _STEPS \
                        and any(isinstance(operand, ir.Constant) for operand in value.operands()):
                    found.add(item.local)
    return found


def _compared(loop: Loop) -> set[ir.Local]:
    """The locals in the tests that leave the loop."""
    found = set()
    for block, _ in loop.exits():
        if isinstance(block.terminator, ir.Branch):
            waiting = [block.terminator.condition]
            while waiting:
                value = waiting.pop()
                if isinstance(value, ir.LocalRead):
                    found.add(value.local)
                elif isinstance(value, ir.Instruction):
                    waiting.extend(value.operands())
    return found


def _plain(value: ir.Value) -> ir.Value:
    while isinstance(value, (ir.Convert, ir.Opaque)):
        value = value.value
    return value
