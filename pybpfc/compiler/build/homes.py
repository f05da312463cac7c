"""A variable that several calls read through its address lives in memory too.

A helper takes the key of a map by address. Each such call has a slot into which the variable is stored first; where
one variable is handed over several times, one slot is enough that is written when the variable is. That is what a C
compiler does with a variable whose address is taken, but that reads stay in the register: the verifier knows more
of a register than of four bytes on the stack.
"""

from __future__ import annotations

from collections import Counter

from ...record import value_record
from ...tables.rows import Role
from ..ir import module as ir
from ..ir.graph import Graph
from ..types import VOID, Reference, Space

_READ_BY_HELPERS = (Role.MAP_KEY, Role.MAP_VALUE)


@value_record
class _Copy:
    """A slot that holds a copy of a local for helpers to read."""

    local: ir.Local
    slot: ir.Slot
    store: ir.Store
    block: ir.Block  # where it is stored


def share_homes(function: ir.Function) -> None:
    """Give the locals that are copied into more slots than they are written one slot, kept up to date."""
    copies = _copies(function)
    writes = Counter(item.local for item in function.instructions() if isinstance(item, ir.LocalWrite))
    writes.update(parameter.local for parameter in function.parameters)
    uses = Counter(copy.local for copy in copies)
    if not any(count > 1 and count >= writes[local] for local, count in uses.items()):
        return
    graph = Graph(function)
    homes: dict[ir.Local, ir.Slot] = {}
    homed: dict[ir.Slot, ir.Slot] = {}
    for copy in copies:
        if uses[copy.local] > 1 and uses[copy.local] >= writes[copy.local] and _unchanged(function, graph, copy):
            home = homes.setdefault(copy.local, ir.Slot(copy.local.name, copy.slot.type, copy.slot.span))
            homed[copy.slot] = home
            copy.block.instructions.remove(copy.store)
    function.slots = [slot for slot in function.slots if slot not in homed] + list(homes.values())
    for item in function.instructions():
        if isinstance(item, ir.SlotAddress) and item.slot in homed:
            item.slot = homed[item.slot]
    _write_homes(function, homes)


def _copies(function: ir.Function) -> list[_Copy]:
    """The slots that are stored once, from a local as it is, and otherwise only read by helpers."""
    users: dict[ir.Value, list[ir.Instruction]] = {}
    addresses: dict[ir.Slot, list[ir.SlotAddress]] = {}
    blocks: dict[ir.Instruction, ir.Block] = {}
    for block in function.blocks:
        for item in block.instructions:
            if isinstance(item, ir.SlotAddress):
                addresses.setdefault(item.slot, []).append(item)
            elif isinstance(item, ir.Store):
                blocks[item] = block
            for operand in item.operands():
                if isinstance(operand, ir.SlotAddress):
                    users.setdefault(operand, []).append(item)
    ends = {operand for block in function.blocks if block.terminator is not None
            for operand in block.terminator.operands()}
    found = []
    for slot, (first, *others) in addresses.items():
        if others or first in ends:
            continue
        stores = [item for item in users.get(first, []) if isinstance(item, ir.Store)]
        if len(stores) != 1 or stores[0].address is not first:
            continue
        value = stores[0].value
        if isinstance(value, ir.LocalRead) and value.type == value.local.type == slot.type and all(
                item is stores[0] or _only_read(item, first) for item in users[first]):
            found.append(_Copy(value.local, slot, stores[0], blocks[stores[0]]))
    return found


def _only_read(item: ir.Instruction, address: ir.Value) -> bool:
    return isinstance(item, ir.HelperCall) and all(
        given is not address or argument.role in _READ_BY_HELPERS
        for given, argument in zip(item.arguments, item.helper.arguments, strict=False))


def _unchanged(function: ir.Function, graph: Graph, copy: _Copy) -> bool:
    """Whether the local keeps its value from the store on to the calls that read the copy."""
    if copy.block not in graph.position:
        return False
    for block in function.blocks:
        calls = [index for index, item in enumerate(block.instructions)
                 if isinstance(item, ir.HelperCall) and copy.store.address in item.arguments]
        if not calls:
            continue
        stored = copy.block.instructions.index(copy.store)
        if block is copy.block and calls[0] > stored:
            between = block.instructions[stored:calls[-1]]
        elif block is copy.block or block not in graph.position or not graph.dominates(copy.block, block):
            return False
        else:
            between = copy.block.instructions[stored:] + block.instructions[:calls[-1]]
            waiting, seen = list(graph.predecessors[block]), {copy.block}
            while waiting:
                passed = waiting.pop()
                if passed not in seen:
                    seen.add(passed)
                    between = between + passed.instructions
                    waiting.extend(graph.predecessors[passed])
        if any(isinstance(item, ir.LocalWrite) and item.local is copy.local for item in between):
            return False
    return True


def _write_homes(function: ir.Function, homes: dict[ir.Local, ir.Slot]) -> None:
    for block in function.blocks:
        placed: list[ir.Instruction] = []
        for item in block.instructions:
            placed.append(item)
            if isinstance(item, ir.LocalWrite) and item.local in homes:
                placed += _kept(homes[item.local], item.value, item)
        block.instructions = placed
    entry = function.blocks[0]
    for parameter in function.parameters:
        if parameter.local in homes:
            read = ir.LocalRead(parameter.type, function.span, parameter.local)
            entry.instructions[:0] = [read, *_kept(homes[parameter.local], read, read)]


def _kept(home: ir.Slot, value: ir.Value, at: ir.Instruction) -> list[ir.Instruction]:
    address = ir.SlotAddress(Reference(home.type, Space.STACK), at.span, home)
    return [address, ir.Store(VOID, at.span, address, value, home.type.align)]
