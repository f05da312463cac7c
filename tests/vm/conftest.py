"""The tests in guests are asked for by `--vm` (`make vm`): they fetch kernels and take minutes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from . import matrix
from .guest_test import GuestTest, collect
from .initramfs import MissingTool
from .kernels import SERIES, FetchError, fetch
from .objects import compile_those
from .run import Job, Result, run

PACKAGE = "vm.guest_tests"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("vm", "tests in guests with other kernels")
    group.addoption("--vm", action="store_true", help="run the tests in guests")
    group.addoption("--kernel", action="append", choices=list(SERIES), help="only kernels of this series; repeatable")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "vm: runs in a guest with a kernel of its own, see tests/vm")


def pytest_ignore_collect(collection_path: object, config: pytest.Config) -> bool | None:
    """Without `--vm` nothing of this folder is collected; the option is unknown to a run that names other folders."""
    return None if config.getoption("--vm", default=False) else True


def chosen_series(config: pytest.Config) -> list[str]:
    return list(config.getoption("--kernel") or SERIES)


class Guests:
    """Runs guests when their first result is asked for, each with all the tests that this pytest run has for it."""

    def __init__(self, selected: dict[str, list[str]]) -> None:
        self.selected = selected
        self.tests = {test.name: test for test in collect(PACKAGE)}
        self.results: dict[tuple[str, str], Result] = {}
        self.unavailable: dict[str, str] = {}

    def result(self, series: str, name: str) -> Result:
        """What came of a test on a kernel; skips the caller where the kernel cannot be had."""
        if series not in self.unavailable and (series, name) not in self.results:
            wanted = dict.fromkeys([*self.selected.get(series, ()), name])
            try:
                self._run(series, [other for other in wanted if (series, other) not in self.results])
            except MissingTool as error:
                self.unavailable[series] = str(error)
            except FetchError as error:
                kind = "optional kernel" if SERIES[series].optional else "kernel"
                self.unavailable[series] = f"the {kind} {series} cannot be had: {error}"
        if series in self.unavailable:
            pytest.skip(self.unavailable[series])
        return self.results[series, name]

    def _run(self, series: str, names: Sequence[str]) -> None:
        kernel = fetch(SERIES[series])
        objects, errors = compile_those(name for test in names for name in self.tests[test].objects)
        for name in names:
            broken = [errors[needed] for needed in self.tests[name].objects if needed in errors]
            if broken:
                self.results[series, name] = Result("failed", "\n".join(broken))
        ready = [name for name in names if (series, name) not in self.results]
        found = run(kernel, Job(PACKAGE, ready, objects))
        self.results.update({(series, name): result for name, result in found.items()})

    def table(self, series: Sequence[str]) -> list[list[str]]:
        tests: list[GuestTest] = list(self.tests.values())
        return matrix.rows(tests, self.results, series)


_GUESTS = pytest.StashKey[Guests]()


@pytest.fixture(scope="session")
def guests(request: pytest.FixtureRequest) -> Guests:
    selected: dict[str, list[str]] = {}
    for item in request.session.items:
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        if "series" in parameters and "guest_name" in parameters:
            selected.setdefault(parameters["series"], []).append(parameters["guest_name"])
    made = Guests(selected)
    request.config.stash[_GUESTS] = made
    return made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    made = config.stash.get(_GUESTS, None)
    if made is None or not made.results:
        return
    ran = {name for _, name in made.results}
    series = list(dict.fromkeys(series for series, _ in made.results))
    tests = [test for test in made.tests.values() if test.name in ran]
    terminalreporter.section("kernels")
    terminalreporter.write_line(matrix.text_table(matrix.rows(tests, made.results, series)))
