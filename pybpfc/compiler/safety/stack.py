"""Stack use: of each frame, and of the chains of calls.

Slots that only ever serve plain loads and stores become registers, so only those count whose address is
needed: the sum is a lower bound of what LLVM lays out, and an error here is always one there.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Diagnostic
from ..diagnostics.safety import StackChainTooLarge, StackFrameTooLarge
from ..ir.module import (
    Compare,
    Constant,
    Convert,
    CopyMemory,
    ElementAddress,
    FieldAddress,
    Function,
    Instruction,
    Load,
    Local,
    LocalRead,
    LocalWrite,
    PointerAdd,
    Slot,
    SlotAddress,
    Store,
    Value,
    ZeroMemory,
)
from ..types import Reference
from .calls import CallGraph

MAX_BPF_STACK = 512  # include/linux/filter.h: for one frame and for the frames of a chain of calls together
# round_up_stack_depth() in kernel/bpf/verifier.c: where there may be no JIT, and where there is one
FRAME_ROUNDING, JIT_FRAME_ROUNDING = 32, 16


def check_stack(graph: CallGraph) -> Iterator[Diagnostic]:
    """Frames, and chains of calls from a program or a global function, that exceed the kernel's limit."""
    slots = {name: pinned_slots(function) for name, function in graph.functions.items()}
    sizes = {name: _frame_size(found) for name, found in slots.items()}
    large = {name for name, size in sizes.items() if size >= MAX_BPF_STACK}  # LLVM refuses 512 itself
    for name in sorted(large, key=list(sizes).index):
        function = graph.functions[name]
        largest = sorted(slots[name], key=lambda slot: -slot.type.size)
        breakdown = ", ".join(f"{slot.name} ({slot.type.size} bytes, line {slot.span.line})" for slot in largest[:6])
        more = f" and {len(largest) - 6} more" if len(largest) > 6 else ""
        yield StackFrameTooLarge(function.span, name, sizes[name], MAX_BPF_STACK - 8, breakdown + more)
    yield from check_chains(graph, sizes)


def check_chains(graph: CallGraph, sizes: dict[str, int], rounding: int = FRAME_ROUNDING) -> Iterator[Diagnostic]:
    """Chains of calls from a program or a global function whose frames are too large together.

    Args:
        graph: who calls whom.
        sizes: of the frames, by function, in bytes.
        rounding: what the kernel rounds each frame up to.
    """
    if graph.cycles():
        return  # reported as recursion; there is no longest chain
    for function in graph.programs():
        chain = _deepest(graph, sizes, function.name, rounding)
        total = sum(_rounded(sizes[name], rounding) for name in chain)
        if len(chain) > 1 and total > MAX_BPF_STACK and all(sizes[name] < MAX_BPF_STACK for name in chain):
            text = " -> ".join(f"{name} ({sizes[name]} bytes)" for name in chain)
            yield StackChainTooLarge(function.span, function.name, total, MAX_BPF_STACK, text, rounding)


def pinned_slots(function: Function) -> list[Slot]:
    """The slots that must be in memory: their address reaches a call, memory, or a variable index."""
    holders: dict[Value | Local, set[Slot]] = {}
    pinned: set[Slot] = set()
    changed = True
    while changed:  # a local may be read in a block that comes before the one that writes it
        changed = False
        for item in function.instructions():
            if isinstance(item, SlotAddress):
                flows: dict[Value | Local, set[Slot]] = {item: {item.slot}}
            elif isinstance(item, LocalWrite):
                flows = {item.local: holders.get(item.value, set())}
            elif isinstance(item, LocalRead):
                flows = {item: holders.get(item.local, set())}
            elif isinstance(item, (FieldAddress, Convert)) or _constant_step(item):
                flows = {item: holders.get(item.operands()[0], set())}
            else:
                kept = item.operands()
                if isinstance(item, (CopyMemory, ZeroMemory)):
                    # LLVM makes no registers of a whole object that is larger than the stack
                    kept = tuple(operand for operand in kept if _size(operand) > MAX_BPF_STACK)
                elif isinstance(item, (Load, Compare)):
                    kept = ()
                elif isinstance(item, Store):
                    kept = (item.value,)
                pinned.update(*(holders.get(operand, set()) for operand in kept))
                continue
            for holder, slots in flows.items():
                known = holders.setdefault(holder, set())
                if not slots <= known:
                    known |= slots
                    changed = True
    for block in function.blocks:
        if block.terminator is not None:
            pinned.update(*(holders.get(operand, set()) for operand in block.terminator.operands()))
    return [slot for slot in function.slots if slot in pinned]


def _size(reference: Value) -> int:
    return reference.type.target.size if isinstance(reference.type, Reference) else 0


def _constant_step(item: Instruction) -> bool:
    """An address at a constant distance from another one."""
    return ((isinstance(item, ElementAddress) and isinstance(item.index, Constant))
            or (isinstance(item, PointerAdd) and isinstance(item.offset, Constant)))


def _frame_size(slots: list[Slot]) -> int:
    """Bytes of a frame with these slots, the most aligned first as LLVM lays them out."""
    size = 0
    for slot in sorted(slots, key=lambda slot: -slot.type.align):
        size = _up(size + slot.type.size, max(slot.type.align, 1))
    return _up(size, 8)


def _deepest(graph: CallGraph, sizes: dict[str, int], name: str, rounding: int) -> list[str]:
    """The chain of calls from `name` that needs the most stack."""
    known: dict[str, tuple[int, list[str]]] = {}

    def depth(at: str) -> tuple[int, list[str]]:
        if at not in known:
            below = max((depth(site.callee) for site in graph.sites[at]), key=lambda found: found[0], default=(0, []))
            known[at] = (_rounded(sizes[at], rounding) + below[0], [at, *below[1]])
        return known[at]

    return depth(name)[1]


def _rounded(size: int, rounding: int) -> int:
    return _up(max(size, 1), rounding)


def _up(value: int, to: int) -> int:
    return (value + to - 1) // to * to
