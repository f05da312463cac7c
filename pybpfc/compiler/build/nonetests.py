"""Tests for None stay branches.

LLVM computes short blocks ahead of the branch that leads to them, and then joins what was tested: of
`a is None and b is None` it makes `(a | b) == 0`, and the verifier knows no `|` of pointers. A barrier in the blocks
behind a test for None keeps each test a branch of its own.
"""

from __future__ import annotations

from collections import Counter

from ..ir import module as ir
from ..ir.graph import successors
from ..types import VOID, Reference, Space

# A block with one of these is not computed ahead. Loads and stores do not count: LLVM may find them useless.
_STAYS = (ir.HelperCall, ir.KernelCall, ir.FunctionCall, ir.Atomic, ir.Barrier)


def keep_branches(function: ir.Function) -> None:
    """Put barriers into the blocks that only a test for None leads to."""
    ways = Counter(target for block in function.blocks for target in successors(block))
    for block in function.blocks:
        end = block.terminator
        if isinstance(end, ir.Branch) and _is_none_test(end.condition):
            for target in (end.then, end.otherwise):
                if ways[target] == 1 and not any(isinstance(item, _STAYS) for item in target.instructions):
                    target.instructions.insert(0, ir.Barrier(VOID, end.span))


def _is_none_test(condition: ir.Value) -> bool:
    """A packet reference does not count: LLVM knows where it came to be None, and goes there directly."""
    return isinstance(condition, ir.Compare) and isinstance(condition.right, ir.Constant) \
        and isinstance(condition.left.type, Reference) and condition.left.type.space is not Space.PACKET
