"""A skip that is not on the list fails the session, wherever it comes from."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from support.machine import REPOSITORY, run

TESTS = REPOSITORY / "tests"

SKIPS = '''
import pytest

def test_listed():
    pytest.skip("needs a moon of phase 3")

def test_call():
    pytest.skip("tired")

@pytest.mark.skip(reason="tired")
def test_mark(): pass

@pytest.mark.skipif(True, reason="needs a moon of phase 3, or not")
def test_only_the_start_matches(): pass

@pytest.fixture
def tired():
    pytest.skip("tired")

def test_fixture(tired): pass

@pytest.mark.xfail
def test_expected_failure():
    assert False
'''


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """A folder with the conftest.py of the project, a list of one reason, and tests that skip."""
    shutil.copy(TESTS / "conftest.py", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "allowed_skips.txt").write_text("# a comment\nneeds a moon of phase \\d+\n")
    (tmp_path / "test_skips.py").write_text(SKIPS)
    return tmp_path


def outcome(session: Path, *arguments: str) -> tuple[int, str]:
    """The exit status and the closing line of pytest in the folder."""
    path = os.pathsep.join([str(TESTS), str(TESTS / "support")])
    done = run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments, session, cwd=session,
               environment={"PYTHONPATH": path})
    return done.returncode, done.stdout.splitlines()[-1]


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["one process", "xdist"])
def test_not_listed(session: Path, arguments: tuple[str, ...]) -> None:
    status, line = outcome(session, *arguments)
    assert status == 1
    assert "1 failed, 1 skipped, 1 xfailed, 3 errors" in line


def test_whole_module(session: Path) -> None:
    (session / "test_skips.py").write_text("import pytest\npytest.importorskip('no_such_module')\n")
    status, line = outcome(session)
    assert status != 0
    assert "1 error" in line


def test_switched_off(session: Path) -> None:
    status, line = outcome(session, "--any-skip")
    assert status == 0
    assert "5 skipped, 1 xfailed" in line
