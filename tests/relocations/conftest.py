"""The pairs: one program in Python and in C, file by file in `pairs/`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from support import clang
from support.machine import pybpfc

PAIRS = Path(__file__).with_name("pairs")
NAMES = sorted(path.stem for path in PAIRS.glob("*.py"))
LOADER = PAIRS.parents[1] / "loader" / "c"


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Path, Path]]:
    """`pair("fields")`: the objects of pairs/fields.py and pairs/fields.bpf.c, built once per process."""
    folder = tmp_path_factory.mktemp("pairs")

    @functools.cache
    def build(name: str) -> tuple[Path, Path]:
        ours = folder / f"{name}.o"
        done = pybpfc("build", PAIRS / f"{name}.py", "-o", ours)
        assert done.returncode == 0, done.stdout + done.stderr
        return ours, clang.build(PAIRS / f"{name}.bpf.c", folder / f"{name}.twin.o", PAIRS)

    return build


@pytest.fixture(scope="session")
def objects(pair: Callable[[str], tuple[Path, Path]], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """All objects with relocations: both of each pair, and those of the loader's own tests."""
    folder = tmp_path_factory.mktemp("loader")
    others = [clang.build(LOADER / f"{name}.bpf.c", folder / f"{name}.o", LOADER) for name in ("core", "core_kinds")]
    return [path for name in NAMES for path in pair(name)] + others


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the relocations came to on each kernel, where there is a difference."""
    columns: dict[str, dict[str, str]] = {}
    for report in terminalreporter.stats.get("passed", ()):
        columns.update(value for name, value in report.user_properties if name == "relocations")
    if len(columns) < 2:
        return
    rows = [(text, [column[text] for column in columns.values()]) for text in next(iter(columns.values()))]
    terminalreporter.section("CO-RE on several kernels")
    terminalreporter.write_line(f"{'':<54}" + "".join(f"{kernel:>9}" for kernel in columns))
    for text, values in sorted(rows):
        if len(set(values)) > 1:
            terminalreporter.write_line(f"{text:<54}" + "".join(f"{value:>9}" for value in values))
