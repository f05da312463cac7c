"""Guests for the tests of this folder: each kernel boots when its first result is asked for, and once a run."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from . import matrix, needs
from .guest_test import GuestTest, collect, load_test
from .initramfs import MissingTool
from .kernels import SERIES, FetchError, fetch
from .objects import compile_those, compiled, sources
from .run import Job, Result, run

PACKAGE = "vm.guest_tests"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("vm", "tests in guests with other kernels")
    group.addoption("--kernel", action="append", choices=list(SERIES), help="only kernels of this series; repeatable")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "vm: runs in a guest with a kernel of its own, see tests/vm")


def chosen_series(config: pytest.Config) -> list[str]:
    return list(config.getoption("--kernel", default=None) or SERIES)


def guest_tests() -> list[GuestTest]:
    """The tests that were written, and a test that it loads for each object which none of them drives."""
    written = list(collect(PACKAGE))
    driven = {name for test in written for name in test.objects}
    return [*written, *(load_test(name) for name in sources() if name not in driven)]


class Guests:
    """Runs guests, each with all the tests that this pytest run has for it.

    The worker processes of a run share what they find through files.
    """

    def __init__(self, selected: dict[str, list[str]], folder: Path) -> None:
        self.selected = selected
        self.folder = folder
        self.tests = {test.name: test for test in guest_tests()}
        self.results: dict[tuple[str, str], Result] = {}
        self.unavailable: dict[str, str] = {}

    def result(self, series: str, name: str) -> Result:
        """What came of a test on a kernel; skips the caller where the kernel cannot be had."""
        if not self.has(series, name):
            pytest.skip(self.unavailable[series])
        return self.results[series, name]

    def has(self, series: str, name: str) -> bool:
        """Run the test on the kernel unless it was; whether the kernel can be had."""
        if series not in self.unavailable and (series, name) not in self.results:
            with (self.folder / f"guest-{series}.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                self._read(series)
                if series not in self.unavailable and (series, name) not in self.results:
                    self._run(series, name)
                    self._write(series)
        return series not in self.unavailable

    def _run(self, series: str, name: str) -> None:
        wanted = dict.fromkeys([*self.selected.get(series, ()), name])
        names = [other for other in wanted if (series, other) not in self.results]
        try:
            self.results.update({(series, test): result for test, result in self._guest(series, names).items()})
        except MissingTool as error:
            self.unavailable[series] = str(error)
        except FetchError as error:
            kind = "optional kernel" if SERIES[series].optional else "kernel"
            self.unavailable[series] = f"the {kind} {series} cannot be had: {error}"

    def _guest(self, series: str, names: Sequence[str]) -> dict[str, Result]:
        kernel = fetch(SERIES[series])
        objects, errors = compile_those(name for test in names for name in self.tests[test].objects)
        found = {name: Result("failed", "\n".join(broken)) for name in names
                 if (broken := [errors[needed] for needed in self.tests[name].objects if needed in errors])}
        ready = [self.tests[name] for name in names if name not in found]
        computed = {test.name: self.completed(test).needs for test in ready if test.is_load_test}
        return {**found, **run(kernel, Job(PACKAGE, [test.name for test in ready], objects, needs=computed))}

    def _read(self, series: str) -> None:
        path = self.folder / f"guest-{series}.json"
        if path.is_file():
            values = json.loads(path.read_text())
            self.results.update({(series, name): Result(*fields) for name, fields in values["results"].items()})
            if values["unavailable"]:
                self.unavailable[series] = values["unavailable"]

    def _write(self, series: str) -> None:
        results = {name: list(result) for (other, name), result in self.results.items() if other == series}
        values = {"results": results, "unavailable": self.unavailable.get(series, "")}
        (self.folder / f"guest-{series}.json").write_text(json.dumps(values))

    def completed(self, test: GuestTest) -> GuestTest:
        """The test with its needs, which for a load test follow from the object."""
        if not test.is_load_test:
            return test
        name, = test.objects
        return test._replace(needs=needs.of_object(name, compiled(name)))

    def table(self, series: Sequence[str]) -> list[list[str]]:
        return matrix.rows([self.completed(test) for test in self.tests.values()], self.results, series)


@pytest.fixture(scope="session")
def guests(request: pytest.FixtureRequest, shared_folder: Path) -> Guests:
    selected: dict[str, list[str]] = {}
    for item in request.session.items:
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        if "series" in parameters and "guest_name" in parameters:
            selected.setdefault(parameters["series"], []).append(parameters["guest_name"])
    return Guests(selected, shared_folder)
