"""Comparisons with a constant that a value can never equal.

LLVM puts the constant for the value wherever a branch says that they are equal. Where the ranges show that this side
never runs, but LLVM does not see it, the addresses there are computed from the constant: for an element that no array
has, so far away that the verifier refuses the sum, and LLVM may compute it early, on the way that does run. So that
side is taken out. Only for equality: any other test may be what the verifier needs to see.
"""

from __future__ import annotations

from ..ir.module import Branch, Compare, Constant, Jump, Predicate
from .ranges import Ranges


def settle_equalities(ranges: Ranges) -> None:
    """Replace the branches of a function of which the ranges leave one side by jumps."""
    for block in ranges.graph.order:
        branch = block.terminator
        if isinstance(branch, Branch) and _with_constant(branch):
            live = [target for index, target in enumerate(branch.successors()) if ranges.live(block, index)]
            if len(live) == 1:
                block.terminator = Jump(branch.span, live[0])


def _with_constant(branch: Branch) -> bool:
    test = branch.condition
    return isinstance(test, Compare) and test.predicate in (Predicate.EQ, Predicate.NE) \
        and any(isinstance(operand, Constant) for operand in test.operands())
