"""Slots: which of them must be in memory, who holds their addresses, and where an address is needed again."""

from __future__ import annotations

from ...tables.limits import MAX_BPF_STACK
from ..types import Reference
from .graph import Graph, successors
from .module import (
    Block,
    Compare,
    Constant,
    Convert,
    CopyMemory,
    ElementAddress,
    FieldAddress,
    Function,
    FunctionCall,
    HelperCall,
    Instruction,
    KernelCall,
    Load,
    Local,
    LocalRead,
    LocalWrite,
    PointerAdd,
    Slot,
    SlotAddress,
    Store,
    Terminator,
    Value,
    ZeroMemory,
)

Holder = Local | Value
_DERIVED = (FieldAddress, ElementAddress, PointerAdd, Convert)
_CALLS = (HelperCall, KernelCall, FunctionCall)
_FLOWS = (SlotAddress, LocalWrite, LocalRead, *_DERIVED, *_CALLS)
_NONE: frozenset[Slot] = frozenset()


class Holders:
    """Where the addresses of a function's slots go.

    Attributes:
        slots: for each value and local, the slots that it may point into.
        used: the slots whose address is needed: it reaches a call, memory, or a variable index. LLVM makes registers
            of the others.
        escaped: the slots whose address is kept where `slots` does not follow it: in memory, in a number, or outside
            of the function.
    """

    def __init__(self, function: Function) -> None:
        self.function = function
        self.slots: dict[Holder, set[Slot]] = {}
        self.used: set[Slot] = set()
        self.escaped: set[Slot] = set()
        if not function.slots:
            return
        flows: list[Instruction] = [item for item in function.instructions() if isinstance(item, _FLOWS)]
        changed = True
        while changed:  # a local may be read in a block that comes before the one that writes it
            changed = False
            for item in flows:
                holder, slots = self._flow(item)
                if slots and not slots <= (known := self.slots.setdefault(holder, set())):
                    known |= slots
                    changed = True
        for item in function.instructions():
            self._use(item)
        for block in function.blocks:
            if block.terminator is not None:
                self._kept(block.terminator.operands())

    def pinned(self) -> list[Slot]:
        """The slots that must be in memory, in the function's order."""
        return [slot for slot in self.function.slots if slot in self.used]

    def of(self, holder: Holder) -> set[Slot] | frozenset[Slot]:
        return self.slots.get(holder, _NONE)

    def _flow(self, item: Instruction) -> tuple[Holder, set[Slot] | frozenset[Slot]]:
        """Which holder an instruction of `_FLOWS` makes point into which slots."""
        if isinstance(item, SlotAddress):
            return item, {item.slot}
        if isinstance(item, LocalWrite):
            return item.local, self.of(item.value)
        if isinstance(item, LocalRead):
            return item, self.of(item.local)
        if isinstance(item, _DERIVED):
            return item, self.of(item.operands()[0])
        if isinstance(item.type, Reference):  # a call may give an argument back
            return item, _NONE.union(*(self.of(operand) for operand in item.operands()))
        return item, _NONE

    def _use(self, item: Instruction) -> None:
        if isinstance(item, (SlotAddress, LocalWrite, LocalRead, FieldAddress, Convert, Load, Compare)):
            return
        operands = item.operands()
        if isinstance(item, (ElementAddress, PointerAdd)):
            if not isinstance(operands[1], Constant):
                self.used |= self.of(operands[0])
                self._kept(operands[1:])
        elif isinstance(item, Store):
            self._kept((item.value,))
        elif isinstance(item, (CopyMemory, ZeroMemory)):
            # LLVM makes no registers of a whole object that is larger than the stack
            self.used.update(*(self.of(operand) for operand in operands if _size(operand) > MAX_BPF_STACK))
        elif isinstance(item, _CALLS):
            self.used.update(*(self.of(operand) for operand in operands))
        else:
            self._kept(operands)

    def _kept(self, operands: tuple[Value, ...]) -> None:
        found = set().union(*(self.of(operand) for operand in operands))
        self.used |= found
        self.escaped |= found


def _size(reference: Value) -> int:
    return reference.type.target.size if isinstance(reference.type, Reference) else 0


def liveness(graph: Graph) -> dict[Block, frozenset[Holder]]:
    """The locals and values that are read after the end of each block."""
    reads = {block: _live_before(block, frozenset()) for block in graph.order}
    ends = {block: frozenset[Holder](block.instructions).union(
        item.local for item in block.instructions if isinstance(item, LocalWrite)) for block in graph.order}
    before: dict[Block, frozenset[Holder]] = {}
    after: dict[Block, frozenset[Holder]] = {block: frozenset() for block in graph.order}
    changed = True
    while changed:
        changed = False
        for block in reversed(graph.order):
            out = frozenset[Holder]().union(*(before.get(target, frozenset()) for target in successors(block)))
            after[block] = out
            live = reads[block] | (out - ends[block])
            if len(before.get(block, ())) != len(live):  # sets only grow
                before[block] = live
                changed = True
    return after


def _live_before(block: Block, out: frozenset[Holder]) -> frozenset[Holder]:
    """What is live at the start of a block at whose end `out` is."""
    live: set[Holder] = set(out)
    if block.terminator is not None:
        live.update(block.terminator.operands())
    for item in reversed(block.instructions):
        _before(item, live)
    return frozenset(live)


def backwards(block: Block, out: frozenset[Holder]) -> list[frozenset[Holder]]:
    """What is live after each instruction of a block."""
    live: set[Holder] = set(out)
    terminator: Terminator | None = block.terminator
    if terminator is not None:
        live.update(terminator.operands())
    found: list[frozenset[Holder]] = []
    for item in reversed(block.instructions):
        found.append(frozenset(live))
        _before(item, live)
    return found[::-1]


def _before(item: Instruction, live: set[Holder]) -> None:
    """Turns what is live after an instruction into what is live before it. Only references matter."""
    live.discard(item)
    if isinstance(item, LocalWrite):
        live.discard(item.local)
    if isinstance(item, LocalRead):
        if isinstance(item.type, Reference):
            live.add(item.local)
    else:
        live.update(operand for operand in item.operands() if isinstance(operand.type, Reference))
