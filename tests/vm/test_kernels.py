"""Every object on every kernel: each test of a guest is an item here, the kernel in its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import matrix
from .conftest import PACKAGE, Guests, chosen_series
from .guest_test import collect
from .objects import REPOSITORY, sources

pytestmark = pytest.mark.vm

TESTS = tuple(collect(PACKAGE))
PAGE = REPOSITORY / "spec/kernels.md"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "guest_name" in metafunc.fixturenames:
        pairs = [(series, test.name) for series in chosen_series(metafunc.config) for test in TESTS]
        metafunc.parametrize(("series", "guest_name"), pairs,
                             ids=[f"linux-{series}-{name.replace(' ', '-')}" for series, name in pairs])


def test_in_guest(series: str, guest_name: str, guests: Guests) -> None:
    result = guests.result(series, guest_name)
    if result.outcome == "failed":
        pytest.fail(f"on Linux {series}: {result.detail}", pytrace=False)


def test_every_object_is_driven() -> None:
    """A new example or test program needs a guest test, and a guest test a program."""
    assert {name for test in TESTS for name in test.objects} == set(sources())


def test_names_are_unique() -> None:
    names = [test.name for test in TESTS]
    assert len(names) == len(set(names))


def test_matrix_page(guests: Guests, bless: bool, request: pytest.FixtureRequest) -> None:
    """spec/kernels.md is what was found. With `--kernel`, the columns of those kernels are."""
    series = chosen_series(request.config)
    for name in series:
        for test in TESTS:
            guests.result(name, test.name)
    found = guests.table(series)
    if request.config.getoption("--kernel"):
        assert _columns(_read(PAGE), series) == _columns(found, series), "differs in the columns of these kernels"
        return
    text = matrix.page(found)
    if bless:
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text, "make vm BLESS=1 writes what was found; review the difference"


def _read(page: Path) -> list[list[str]]:
    """The table of the page, without the rule below its heading."""
    lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def _columns(table: list[list[str]], series: list[str]) -> list[list[str]]:
    wanted = [table[0].index(name) for name in ("object", "test", *series, "needs")]
    return [[row[column] for column in wanted] for row in table]
