"""Stack use: of each frame, and of the chains of calls.

Slots that only ever serve plain loads and stores become registers, so only those count whose address is
needed: the sum is a lower bound of what LLVM lays out, and an error here is always one there.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...tables.limits import MAX_BPF_STACK
from ..diagnostics import Diagnostic
from ..diagnostics.safety import StackChainTooLarge, StackFrameTooLarge
from ..ir.module import Slot
from ..ir.slots import Holders
from .calls import CallGraph

# round_up_stack_depth() in kernel/bpf/verifier.c: where there may be no JIT, and where there is one
FRAME_ROUNDING, JIT_FRAME_ROUNDING = 32, 16


def check_stack(graph: CallGraph) -> Iterator[Diagnostic]:
    """Frames, and chains of calls from a program or a global function, that exceed the kernel's limit."""
    slots = {name: Holders(function).pinned() for name, function in graph.functions.items()}
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
