"""Skips must be on a list, and what several test folders share.

A test may skip only for a reason that `tests/allowed_skips.txt` lists; any other skip is turned into a failure,
so that a missing tool or a lost privilege never passes for success. `--any-skip` switches that off for work on
a machine that lacks something.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from support import clang
from support.machine import EXAMPLES, needs_privileges, pybpfc

pytest_plugins = ["bless", "findings"]

ALLOWED_SKIPS = Path(__file__).with_name("allowed_skips.txt")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--any-skip", action="store_true",
                     help="let tests skip for reasons that tests/allowed_skips.txt does not list")


@functools.cache
def allowed_skips() -> tuple[re.Pattern[str], ...]:
    """The patterns of the list, one a line; `#` starts a comment line."""
    lines = ALLOWED_SKIPS.read_text().splitlines()
    return tuple(re.compile(line) for line in lines if line.strip() and not line.startswith("#"))


def _judge_skip(report: pytest.TestReport | pytest.CollectReport, config: pytest.Config) -> None:
    if not report.skipped or hasattr(report, "wasxfail") or config.getoption("--any-skip"):
        return
    where = report.longrepr
    reason = where[2] if isinstance(where, tuple) else str(where)
    reason = reason.removeprefix("Skipped: ")
    if not any(pattern.fullmatch(reason) for pattern in allowed_skips()):
        report.outcome = "failed"
        report.longrepr = (f"skipped for a reason that {ALLOWED_SKIPS.name} does not list: {reason}\n"
                           "Provide what is missing, or pass --any-skip to let it skip on this machine.")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _judge_skip(report, item.config)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    report = yield
    _judge_skip(report, collector.config)
    return report


@pytest.fixture
def privileged() -> None:
    """The test loads programs: it skips without the capabilities for that."""
    needs_privileges()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this test run that all its worker processes share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if base.name.startswith("popen-") else base


@pytest.fixture(scope="session")
def vmlinux_include(shared_folder: Path) -> Path:
    """The folder with vmlinux.h of the running kernel."""
    folder = shared_folder / "vmlinux"
    clang.vmlinux_header(folder)
    return folder


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`example("xdp_count")`: the object of examples/xdp_count.py, built by `pybpfc build` once per process."""
    folder = tmp_path_factory.mktemp("examples")

    @functools.cache
    def build(name: str) -> Path:
        target = folder / f"{name}.o"
        done = pybpfc("build", EXAMPLES / f"{name}.py", "-o", target)
        assert done.returncode == 0, f"pybpfc build {name}.py gave {done.returncode}\n{done.stdout}{done.stderr}"
        return target

    return build
