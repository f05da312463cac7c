"""Results from forked children, and how their failures are told."""

from __future__ import annotations

import os
import signal
import sys

import pytest

from pybpfc.cli.isolated import ChildEnded, ChildFailed, Isolated


def test_result_larger_than_a_pipe() -> None:
    assert Isolated(lambda: "x" * 1_000_000).result() == "x" * 1_000_000


def test_the_child_is_another_process() -> None:
    marker = "pybpfc_test_marker"

    def change() -> int:
        sys.modules[marker] = sys
        return os.getpid()

    assert Isolated(change).result() != os.getpid()
    assert marker not in sys.modules


def test_children_run_side_by_side() -> None:
    children = [Isolated(lambda number=number: number) for number in range(4)]
    assert [child.result() for child in children] == [0, 1, 2, 3]


def test_an_exception() -> None:
    def fail() -> None:
        raise ValueError("no such thing")

    with pytest.raises(ChildFailed, match=r"^ValueError: no such thing$") as caught:
        Isolated(fail).result()
    assert "Traceback" in caught.value.details


@pytest.mark.parametrize(("function", "how"), [
    (lambda: os._exit(7), "with exit status 7"),
    (lambda: sys.exit(3), "with exit status 1"),
    (lambda: os.kill(os.getpid(), signal.SIGKILL), "with signal SIGKILL"),
])
def test_a_child_that_ends_early(function: object, how: str) -> None:
    with pytest.raises(ChildEnded, match=how):
        Isolated(function).result()  # type: ignore[arg-type]


def test_standard_output_stays_the_parents(capfd: pytest.CaptureFixture[str]) -> None:
    Isolated(lambda: os.write(1, b"printed while importing\n")).result()
    assert capfd.readouterr() == ("", "printed while importing\n")


def test_stop_leaves_no_process() -> None:
    child = Isolated(lambda: signal.pause())
    child.stop()
    with pytest.raises(ChildProcessError):
        os.waitpid(child._pid, 0)
