"""What runs where, as a table: kept as spec/kernels.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .guest_test import REACHES, GuestTest, version
from .run import Result

_HEAD = """# Kernels

Each object is compiled once, loaded and driven by `pybpfc_runtime` in kernels from 5.10 on: Debian's kernels for
virtual machines, the newest of each series. `make test` runs the tests behind this table, `make vm BLESS=1` writes it.

"""


def cell(test: GuestTest, result: Result | None, series: str) -> str:
    """How far a test got on a kernel."""
    if result is None:
        return "not run"
    if result.outcome == "refused":
        return "needs " + max((need.since for need in test.unmet(series)), key=version)
    return test.reaches if result.outcome == "passed" else "**fails**"


def rows(tests: Sequence[GuestTest], results: Mapping[tuple[str, str], Result],
         series: Sequence[str]) -> list[list[str]]:
    """Heading and rows.

    Args:
        results: series and test name to what came of it.
    """
    table = [["object", "test", *series, "needs"]]
    for test in sorted(tests, key=lambda test: test.objects):
        needs = ", ".join(f"{need.what}: {need.since}" for need in test.needs)
        cells = [cell(test, results.get((name, test.name)), name) for name in series]
        table.append([", ".join(test.objects), words(test.name), *cells, needs])
    return table


def words(name: str) -> str:
    """xdp_count[native by link] as words; "loads: NAME" is "loads", the object stands beside it."""
    return "loads" if name.startswith("loads: ") else name.replace("_", " ").replace("[", ", ").removesuffix("]")


def page(table: Sequence[Sequence[str]]) -> str:
    """spec/kernels.md."""
    lines = ["| " + " | ".join(row) + " |" for row in table]
    lines.insert(1, "|" + "---|" * len(table[0]))
    words = "\n".join(f"- **{name}**: {what}." for name, what in REACHES.items() if any(name in row for row in table))
    return (_HEAD + "\n".join(lines) + "\n\n" + words +
            "\n- **needs** a version: an older kernel refuses the object, for the reason in the last column.\n")
