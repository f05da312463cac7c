"""An array of counts by powers of two as bars."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_WIDTH = 40  # characters of the longest bar


def histogram(title: str, entries: Iterable[tuple[int, Any]]) -> str:
    """Slot `i` as the count of values from 2**i to 2**(i+1) - 1; slot 0 counts 0 too.

    Args:
        entries: slots and counts; a list as count holds one for each CPU, which are added up. Slots may be left out.
    """
    counts = {slot: sum(count) if isinstance(count, list) else count for slot, count in entries}
    used = [slot for slot, count in counts.items() if count]
    if not used:
        return f"{title}: empty\n"
    largest = max(counts.values())
    rows = []
    for slot in range(min(used), max(used) + 1):
        count = counts.get(slot, 0)
        # An array of signed integers may hold less than nothing: there is no bar for that.
        bar = "*" * ((count * _WIDTH + largest - 1) // largest) if count > 0 else ""
        rows.append((str(1 << slot if slot else 0), str((2 << slot) - 1), str(count), bar))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return f"{title}\n" + "".join(
        f"  {first.rjust(widths[0])} -> {last.rjust(widths[1])}  {count.rjust(widths[2])}  |{bar.ljust(_WIDTH)}|\n"
        for first, last, count, bar in rows)
