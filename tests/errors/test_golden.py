"""Every program here is wrong, and what `pybpfc check` says about it is in the `.stderr` file of the same name."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pybpfc.cli.check import Report, check_one, preload
from pybpfc.cli.isolated import Isolated

HERE = Path(__file__).parent
PROGRAMS = sorted(path for path in HERE.glob("*.py") if not path.name.startswith(("test_", "conftest")))


@pytest.fixture(scope="module", autouse=True)
def compiler() -> None:
    """Imported before the first child is forked."""
    preload()


def report(program: Path) -> Report:
    """What checking the program gives, from a process in whose current folder it is."""

    def check() -> Report:
        os.chdir(program.parent)
        return check_one(program.name, color=False, width=100)

    return Isolated(check).result()


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_message(program: Path, golden: Callable[[Path, str], None]) -> None:
    found = report(program)
    golden(program.with_suffix(".stderr"), found.text)
    assert found.errors or found.warnings, f"{program.name} is accepted: it belongs into spec/, not here"


def test_every_golden_file_has_a_program() -> None:
    assert {path.stem for path in HERE.glob("*.stderr")} == {path.stem for path in PROGRAMS}
