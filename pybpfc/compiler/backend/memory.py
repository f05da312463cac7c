"""Copying and zeroing memory without ever calling a library function.

LLVM expands `llvm.memcpy` and `llvm.memset` of up to 128 accesses in place; for more it would call `memcpy`,
which BPF does not have. So larger ones become several, and much larger ones a loop.
Source: llvm/lib/Target/BPF/BPFSelectionDAGInfo.h, getCommonMaxStoresPerMemFunc.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...record import value_record

ACCESSES_IN_PLACE = 128
PIECES_IN_PLACE = 4  # beyond, a loop: the code of one piece more costs 1 or 2 KiB
# LLVM expands a copy of narrow accesses into all its loads and then all its stores, with a register spilled for each.
NARROW_ACCESSES_IN_PIECE = 16


@value_record
class Piece:
    offset: int
    size: int


@value_record
class Plan:
    """`looped` bytes from the start in steps of `step`, the rest in `pieces`. `step` is at most 8 bytes."""

    step: int
    looped: int
    pieces: tuple[Piece, ...]


def plan(size: int, align: int) -> Plan:
    """How to go over `size` bytes at an address of this alignment."""
    step = min(align, 8)
    largest = ACCESSES_IN_PLACE * step
    if size <= PIECES_IN_PLACE * largest:
        return Plan(step, 0, tuple(_pieces(0, size, largest)))
    looped = size // step * step
    return Plan(step, looped, tuple(_pieces(looped, size, largest)))


def plan_copy(size: int, align: int) -> Plan:
    """How to copy `size` bytes between addresses of this alignment."""
    step = min(align, 8)
    if step == 8 or size <= NARROW_ACCESSES_IN_PIECE * step:
        return plan(size, align)
    looped = size // step * step if size > ACCESSES_IN_PLACE * step else 0
    return Plan(step, looped, tuple(_pieces(looped, size, step)))


def _pieces(start: int, end: int, largest: int) -> Iterator[Piece]:
    for offset in range(start, end, largest):
        yield Piece(offset, min(largest, end - offset))
