"""Tests of one group run on one worker: guests, the trace pipe and foreign loaders count on it."""

from __future__ import annotations

import sys
from pathlib import Path

from support.machine import run

GROUPS = '''
import os
from pathlib import Path

import pytest


@pytest.mark.parametrize("number", range(8))
@pytest.mark.parametrize("group", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in ("a", "b", "c")])
def test_group(group: str, number: int) -> None:
    Path(__file__).with_name(f"{group}-{os.environ['PYTEST_XDIST_WORKER']}").touch()
'''


def test_groups_stay_together(tmp_path: Path) -> None:
    (tmp_path / "test_group.py").write_text(GROUPS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", "2", "--dist", "loadgroup", tmp_path,
               cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    workers = sorted(path.name.partition("-")[0] for path in tmp_path.glob("*-gw*"))
    assert workers == ["a", "b", "c"], "pytest-xdist spread a group over workers"
