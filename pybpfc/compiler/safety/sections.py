"""Sections between two calls: which is given back, and whether a lock that may fail was taken."""

from __future__ import annotations

from ...tables.kfuncs import SECTIONS
from ..ir.module import (
    Compare,
    Constant,
    Convert,
    ElementAddress,
    FieldAddress,
    Function,
    FunctionCall,
    GlobalAddress,
    HelperCall,
    Instruction,
    KernelCall,
    Local,
    LocalRead,
    LocalWrite,
    Predicate,
    SlotAddress,
    Value,
)
from ..types import IntType

# By the kind of resource: what enters the section and what leaves it.
ENTERED = {row.kind: row for row in SECTIONS if row.ordered}

_ERRORS = (-1, -4095)  # the first and the last that a kernel function returns, MAX_ERRNO in include/linux/err.h

# Whether a comparison of two integers holds, both as the predicate sees them.
_HOLDS = {
    Predicate.EQ: int.__eq__, Predicate.NE: int.__ne__,
    Predicate.ULT: int.__lt__, Predicate.ULE: int.__le__, Predicate.UGT: int.__gt__, Predicate.UGE: int.__ge__,
    Predicate.SLT: int.__lt__, Predicate.SLE: int.__le__, Predicate.SGT: int.__gt__, Predicate.SGE: int.__ge__,
}


def fails(site: Instruction) -> bool:
    """Whether a call gives 0 where it acquired and an error where it did not."""
    return isinstance(site, KernelCall) and site.function.fails


def outcomes(item: Compare, holds: bool) -> tuple[bool, bool] | None:
    """Of the result of such a call, compared with a constant: whether it may be 0, and whether it may be an error.

    None where the comparison is another.
    """
    value, constant = item.left, item.right
    swapped = isinstance(value, Constant)
    if swapped:
        value, constant = constant, value
    if not isinstance(constant, Constant) or not isinstance(value.type, IntType) or isinstance(value, Constant):
        return None

    def possible(number: int) -> bool:
        given, other = (_seen(item.predicate, value.type, each) for each in (number, int(constant.value)))
        left, right = (other, given) if swapped else (given, other)
        return bool(_HOLDS[item.predicate](left, right)) is holds

    return possible(0), any(possible(error) for error in _ERRORS)


def _seen(predicate: Predicate, type_: object, number: int) -> int:
    assert isinstance(type_, IntType)
    number %= 1 << type_.bits
    signed = predicate.value[0] == "s"
    return number - (1 << type_.bits) if signed and number >> (type_.bits - 1) else number


class Addresses:
    """Tells whether two addresses in a function certainly differ."""

    def __init__(self, function: Function) -> None:
        written: dict[Local, list[Value]] = {parameter.local: [] for parameter in function.parameters}
        for item in function.instructions():
            if isinstance(item, LocalWrite):
                written.setdefault(item.local, []).append(item.value)
        self._written = {local: values[0] for local, values in written.items() if len(values) == 1}

    def differ(self, left: Value, right: Value) -> bool:
        """Whether two addresses are never the same; False where that is not known."""
        left, right = self._root(left), self._root(right)
        if left is right:
            return False
        if isinstance(left, FieldAddress) and isinstance(right, FieldAddress):
            # Two fields of one struct, or of two: the verifier knows a lock by its value and its offset in it.
            return (left.struct == right.struct and left.index != right.index) or self.differ(left.base, right.base)
        if isinstance(left, SlotAddress) and isinstance(right, SlotAddress):
            return left.slot is not right.slot
        if isinstance(left, GlobalAddress) and isinstance(right, GlobalAddress):
            return left.variable is not right.variable
        calls = (HelperCall, KernelCall, FunctionCall)  # what two of them gave is not the same to the verifier
        return isinstance(left, calls) and isinstance(right, calls)

    def on_stack(self, address: Value) -> bool:
        """Whether an address certainly leads into an object of the stack."""
        address = self._root(address)
        while isinstance(address, (FieldAddress, ElementAddress)):
            address = self._root(address.base)
        return isinstance(address, SlotAddress)

    def _root(self, value: Value) -> Value:
        while True:
            if isinstance(value, Convert):
                value = value.value
            elif isinstance(value, LocalRead) and value.local in self._written:
                value = self._written[value.local]
            else:
                return value
