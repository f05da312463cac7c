"""Addresses that programs reckon with become plain numbers.

`u64(p)` is the register that holds the pointer, and to the verifier it stays one: it may be compared, stored, used as
a key, taken from another one, moved a little. All else it refuses ("bitwise operator &= on pointer prohibited",
adjust_ptr_min_max_vals() in kernel/bpf/verifier.c), whether the pointer leaks or not. A negation gives a number that it
knows nothing of, and so the address is negated twice where arithmetic is done with it, and only there: what is merely
kept or compared costs nothing.
"""

from __future__ import annotations

from typing import TypeGuard

from ..ir import module as ir
from ..types import Reference, Space

# The verifier takes more (BPF_MAX_VAR_OFF), but it must see the bound too.
_MOVED_BY = 1 << 20


_Readers = dict["ir.Value | ir.Local", list[ir.Instruction]]


def make_numbers(functions: list[ir.Function]) -> None:
    """Mark the addresses that arithmetic is done with, in their function or in one that they are passed to."""
    addresses = {function.name: [item for item in function.instructions() if _is_address(item)]
                 for function in functions}
    if not any(addresses.values()):
        return
    readers = {function.name: _readers(function) for function in functions}
    wanted: set[tuple[str, int]] = set()  # parameters that must be numbers
    for function in functions:
        if function.linkage is ir.Linkage.GLOBAL:  # verified on its own, for any number
            wanted.update((function.name, position) for position in range(len(function.parameters)))
    before = -1
    while len(wanted) > before:
        before = len(wanted)
        for function in functions:
            wanted.update((function.name, position) for position, parameter in enumerate(function.parameters)
                          if _reckoned_with(parameter.local, set(), readers[function.name], wanted))
    for function in functions:
        behind = {item: _same_pointer(item, readers[function.name]) for item in addresses[function.name]}
        pointers = set().union(*behind.values())
        for item in behind:
            item.number = _reckoned_with(item, pointers, readers[function.name], wanted)


def _readers(function: ir.Function) -> _Readers:
    found: _Readers = {}
    for item in function.instructions():
        for operand in item.operands():
            found.setdefault(operand, []).append(item)
        if isinstance(item, ir.LocalRead):
            found.setdefault(item.local, []).append(item)
    return found


def _reckoned_with(start: ir.Value | ir.Local, pointers: set[ir.Value | ir.Local], readers: _Readers,
                   wanted: set[tuple[str, int]]) -> bool:
    """Whether the verifier refuses anything that is done with a value while it is a pointer, as `pointers` are."""
    return any(_needs_number(reader, value, pointers, wanted)
               for value in _same_pointer(start, readers) for reader in readers.get(value, ()))


def _is_address(item: ir.Instruction) -> TypeGuard[ir.Convert]:
    """Pointers into an arena are numbers to the verifier already."""
    return isinstance(item, ir.Convert) and item.conversion is ir.Conversion.TO_ADDRESS \
        and isinstance(item.value.type, Reference) and item.value.type.space is not Space.ARENA


def _same_pointer(address: ir.Value | ir.Local, readers: _Readers) -> set[ir.Value | ir.Local]:
    """What holds the pointer, moved a little: what is done with any of it is done with the pointer."""
    found: set[ir.Value | ir.Local] = {address}
    open_: list[ir.Value | ir.Local] = [address]
    while open_:
        value = open_.pop()
        for reader in readers.get(value, ()):
            if isinstance(reader, ir.LocalWrite):
                if reader.local not in found:
                    found.add(reader.local)
                    open_.append(reader.local)
            elif reader not in found and (isinstance(reader, (ir.LocalRead, ir.Opaque)) or _moves(reader) or (
                    isinstance(reader, ir.Convert) and reader.conversion is ir.Conversion.REINTERPRET)):
                found.add(reader)
                open_.append(reader)
    return found


def _moves(item: ir.Instruction) -> bool:
    """Whether a pointer is moved by no more than the verifier takes."""
    if not isinstance(item, ir.Binary) or item.operator not in (ir.Operator.ADD, ir.Operator.SUB):
        return False
    return _is_small(item.right) or (item.operator is ir.Operator.ADD and _is_small(item.left))


def _is_small(value: ir.Value) -> bool:
    if isinstance(value, ir.Constant):
        return abs(value.value) < _MOVED_BY
    if isinstance(value, ir.Binary) and value.operator is ir.Operator.AND:
        return any(isinstance(mask, ir.Constant) and 0 <= mask.value < _MOVED_BY for mask in value.operands())
    return isinstance(value, ir.Convert) and value.value.type.size <= 2


def _needs_number(reader: ir.Instruction, value: ir.Value | ir.Local, pointers: set[ir.Value | ir.Local],
                  wanted: set[tuple[str, int]]) -> bool:
    if isinstance(reader, ir.FunctionCall):
        return any(argument is value and (reader.function, position) in wanted
                   for position, argument in enumerate(reader.arguments))
    if isinstance(reader, ir.Convert):
        return reader.conversion is ir.Conversion.TRUNCATE
    if not isinstance(reader, ir.Binary) or _moves(reader):
        return False
    if reader.operator is ir.Operator.SUB:
        negated = isinstance(reader.left, ir.Constant) and reader.left.value == 0
        return not negated and not (reader.left in pointers and reader.right in pointers)
    return True
