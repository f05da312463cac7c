"""Every object on every kernel: each test of a guest is an item here, the kernel in its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from findings import Finding

from . import matrix
from .conftest import Guests, chosen_series, guest_tests
from .guest_test import version
from .kernels import SERIES
from .objects import REPOSITORY

pytestmark = pytest.mark.vm

TESTS = tuple(guest_tests())
PAGE = REPOSITORY / "spec/kernels.md"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "guest_name" in metafunc.fixturenames:
        metafunc.parametrize(("series", "guest_name"), [
            pytest.param(series, test.name, id=f"linux-{series}-{test.name.replace(': ', '-').replace(' ', '-')}",
                         marks=pytest.mark.xdist_group(f"linux-{series}"))  # one worker has all tests of a kernel
            for series in chosen_series(metafunc.config) for test in TESTS])


def test_in_guest(series: str, guest_name: str, guests: Guests, finding: Finding) -> None:
    test = guests.completed(guests.tests[guest_name])
    row = f"{', '.join(test.objects) or 'kernel'}: {matrix.words(guest_name)}"
    finding("kernels", row, series, "not run")
    result = guests.result(series, guest_name)
    finding("kernels", row, series, matrix.cell(test, result, series))
    if result.outcome == "failed":
        pytest.fail(f"on Linux {series}: {result.detail}", pytrace=False)


def test_names_are_unique() -> None:
    names = [test.name for test in TESTS]
    assert len(names) == len(set(names))


def test_matrix_page(guests: Guests, bless: bool, request: pytest.FixtureRequest) -> None:
    """spec/kernels.md is what was found, in the columns of the kernels that were there."""
    wanted = chosen_series(request.config)
    series = [name for name in wanted if all(guests.has(name, test.name) for test in TESTS)]
    missing = [name for name in wanted if name not in series and not SERIES[name].optional]
    assert not missing, guests.unavailable
    if bless:
        assert series == list(SERIES), "the page is written from all kernels"
        PAGE.write_text(matrix.page(guests.table(series)), encoding="utf-8")
    assert _columns(_read(PAGE), series) == _columns(guests.table(series), series), (
        "make vm BLESS=1 writes what was found; review the difference")


def test_every_need_is_of_some_kernel() -> None:
    """A need that all kernels of the tests meet says nothing."""
    oldest = min(map(version, SERIES))
    assert [need for test in TESTS for need in test.needs if version(need.since) <= oldest] == []


def _read(page: Path) -> list[list[str]]:
    """The table of the page, without the rule below its heading."""
    lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def _columns(table: list[list[str]], series: list[str]) -> list[list[str]]:
    wanted = [table[0].index(name) for name in ("object", "test", *series, "needs")]
    return [[row[column] for column in wanted] for row in table]
