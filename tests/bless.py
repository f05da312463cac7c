"""`pytest --bless` rewrites the expected outputs instead of comparing with them: review the diff, then commit.

The folders that have such outputs import it in their conftest.py; for the option to work without naming one of
them, tests/conftest.py lists it in `pytest_plugins`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    with contextlib.suppress(ValueError):  # several conftest files bring it, each option is added once
        parser.addoption("--bless", action="store_true", help="rewrite golden files and the Output sections of spec/")


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    """Whether expected outputs are to be rewritten."""
    return bool(request.config.getoption("--bless", default=False))


@pytest.fixture
def golden(bless: bool) -> Callable[[Path, str], None]:
    """Compares text with a golden file, or writes the file under `--bless`."""

    def compare(path: Path, text: str) -> None:
        if bless:
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"{path.name} does not exist; the output was:\n{text}"
        assert text == path.read_text(encoding="utf-8"), f"{path.name} differs; pytest --bless accepts the new text"

    return compare
