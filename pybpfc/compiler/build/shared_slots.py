"""Objects on the stack whose uses do not overlap share one place.

Each constructor and each key or value that is handed to a helper has a slot; a function with many of them would need
more stack than there is. A C compiler does the same with the variables of blocks that are left.
"""

from __future__ import annotations

from collections import Counter

from ..ir import module as ir
from ..ir.graph import Graph
from ..ir.slots import Holders, backwards, liveness
from ..types import ArrayType, OpaqueType, StructType, Type, from_layout


def share_slots(function: ir.Function) -> None:
    """Give slots that are never needed at the same time one place, that of the largest."""
    if len(function.slots) < 2:
        return
    made = Counter(item.slot for item in function.instructions() if isinstance(item, ir.SlotAddress))
    holders = Holders(function)
    # What is addressed anew keeps its contents in between. What becomes registers needs no place.
    slots = [slot for slot in holders.pinned()
             if made[slot] == 1 and slot not in holders.escaped and _is_data(slot.type)]
    if len(slots) < 2:
        return
    shared = _places(slots, _overlaps(function, holders))
    for item in function.instructions():
        if isinstance(item, ir.SlotAddress):
            item.slot = shared.get(item.slot, item.slot)
    function.slots = [slot for slot in function.slots if shared.get(slot, slot) is slot]


def _is_data(type_: Type) -> bool:
    """Whether the memory is the program's alone: the verifier has its own idea of what the kernel keeps on the stack,
    a dynptr or an iterator, and of how long it is there."""
    if isinstance(type_, ArrayType):
        return _is_data(type_.element)
    if isinstance(type_, StructType):
        return all(_is_data(from_layout(field.type)) for field in type_.layout.fields)
    return not isinstance(type_, OpaqueType)


def _overlaps(function: ir.Function, holders: Holders) -> dict[ir.Slot, set[ir.Slot]]:
    """For each slot those that are needed where it comes to be: of two whose uses overlap, one is made while the other
    is needed."""
    graph = Graph(function)
    after = liveness(graph)
    found: dict[ir.Slot, set[ir.Slot]] = {slot: set() for slot in function.slots}
    for block in graph.order:
        if not any(isinstance(item, ir.SlotAddress) for item in block.instructions):
            continue
        for item, live in zip(block.instructions, backwards(block, after[block]), strict=True):
            if isinstance(item, ir.SlotAddress):
                for holder in live:
                    for other in holders.of(holder):
                        if other is not item.slot:
                            found[item.slot].add(other)
                            found[other].add(item.slot)
    return found


def _places(slots: list[ir.Slot], overlaps: dict[ir.Slot, set[ir.Slot]]) -> dict[ir.Slot, ir.Slot]:
    """For each slot the one in whose place it is: the first that is large enough, and free while it is needed."""
    places: dict[ir.Slot, set[ir.Slot]] = {}  # what shares a place with this one
    found: dict[ir.Slot, ir.Slot] = {}
    for slot in sorted(slots, key=lambda slot: (-slot.type.align, -slot.type.size)):
        place = next((place for place, sharing in places.items()
                      if place.type.size >= slot.type.size and not overlaps[slot] & sharing), slot)
        places.setdefault(place, set()).add(slot)
        found[slot] = place
    return found
