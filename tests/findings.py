"""What tests found out, as tables at the end of a run: a judge's verdict is a cell, not only a dot.

A test calls `finding(table, row, column, cell)`. The cells travel with the test's report, so that they arrive from
worker processes too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

Finding = Callable[[str, str, str, str], None]


@pytest.fixture
def finding(record_property: Callable[[str, object], None]) -> Finding:
    """Puts a cell into a table of the closing summary."""

    def record(table: str, row: str, column: str, cell: str) -> None:
        record_property("finding", [table, row, column, cell])

    return record


def text_table(table: Sequence[Sequence[str]]) -> str:
    """In columns, for a terminal."""
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
                     for row in table)


def _natural(text: str) -> list[tuple[int, str]]:
    """Sorts 6.1 before 6.12."""
    return [(int(number or 0), word) for number, word in re.findall(r"(\d+)|(\D+)", text)]


def pivot(cells: Sequence[tuple[str, str, str]]) -> list[list[str]]:
    """(row, column, cell) as a table with headings; what nobody found stays empty."""
    rows, columns = (sorted({cell[index] for cell in cells}, key=_natural) for index in (0, 1))
    found = {(row, column): cell for row, column, cell in cells}
    return [["", *columns], *([row, *(found.get((row, column), "") for column in columns)] for row in rows)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    tables: dict[str, list[tuple[str, str, str]]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") != "teardown":  # each report repeats what was recorded before
                continue
            for name, value in report.user_properties:
                if name == "finding":
                    table, *cell = value
                    tables.setdefault(table, []).append((cell[0], cell[1], cell[2]))
    for table, cells in sorted(tables.items()):
        terminalreporter.section(table)
        terminalreporter.write_line(text_table(pivot(cells)))
