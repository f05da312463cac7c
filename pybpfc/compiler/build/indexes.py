"""Which indexes the verifier cannot be expected to see the bound of.

The ranges decide what the language accepts. The verifier has less to go by: not the source but what LLVM made of it.
LLVM turns `x != 0 and x < 3` into `x - 1 < 2` and `min(~x, 5)` into `~max(x, -6)`, and then the register that is
added to the pointer is not the one that was compared. So all indexes but those whose bound stands in the last
operation itself (a mask, `%`, a shift; not min(), whose comparison LLVM rewrites) are compared with the number of
elements once more, behind the optimiser's back. And what a mask is put on is hidden from LLVM, which removes the mask
where it knows better: `x & 3` behind `0 <= x < 3` is `x` to it.
"""

from __future__ import annotations

from ...record import replace
from .. import tree
from ..types import IntType, Space
from .function import FunctionBuilder

# Read by helpers, or not by variable indexes.
_KERNEL = (Space.TRUSTED, Space.READABLE, Space.UNTRUSTED, Space.USER, Space.CONTEXT, Space.CALLER)


def needs_comparison(b: FunctionBuilder, place: tree.ElementPlace, space: Space) -> bool:
    """Whether the index of an element must be compared again."""
    index = place.index
    if isinstance(index, tree.IntegerConstant) or space in _KERNEL:
        return False
    if isinstance(index, tree.Read) and isinstance(index.place, tree.VariablePlace):
        return index.place.variable not in b.counters
    if space is Space.STACK and place.type.size < 8:
        # Where LLVM knows that base and index share no bits it joins them by `|`, which is refused on pointers.
        return True
    return not _is_bounded(index, place.count)


def index_value(index: tree.Expression, count: int) -> tree.Expression:
    """The index as it is to be computed: the operation that bounds it stays."""
    if isinstance(index, tree.Cast):
        return replace(index, value=index_value(index.value, count))
    if isinstance(index, tree.Arithmetic) and _is_bounded(index, count):
        return replace(index, left=_hidden(index.left), right=_hidden(index.right))
    return index


def bound_value(bound: tree.Expression) -> tree.Expression:
    """The end of a loop as it is to be computed: a mask stays, whatever LLVM knows of what it is put on."""
    return index_value(bound, 1 << 63)


def _hidden(operand: tree.Expression) -> tree.Expression:
    if isinstance(operand, tree.IntegerConstant):
        return operand
    return tree.Hidden(operand.type, operand.span, operand)


def _is_bounded(index: tree.Expression, count: int) -> bool:
    """Whether the last operation of an index, or its type, keeps it below `count`."""
    if isinstance(index, tree.Cast):
        return _is_bounded(index.value, count)
    if isinstance(index, tree.Arithmetic) and isinstance(index.type, IntType):
        for mask in (index.left, index.right):
            if index.operator == "&" and isinstance(mask, tree.IntegerConstant) and 0 <= mask.value < count:
                return True
        right = index.right
        if isinstance(right, tree.IntegerConstant):
            if index.operator == "%":
                return 0 < right.value <= count
            if index.operator == ">>" and not index.type.signed:
                return 1 << index.type.bits - right.value <= count
    if isinstance(index, tree.Read) and isinstance(index.type, IntType):
        return not index.type.signed and 1 << index.type.bits <= count
    return False
