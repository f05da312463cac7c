"""A function's result from a process of its own.

Checking a program imports it, and imports leave traces: modules, patched objects, changed folders. A forked
child starts from a clean state that already has the compiler imported, so a check costs no interpreter start.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class ChildEnded(Exception):
    """The child ended before it gave a result; the message says how, as the end of a sentence."""


class ChildFailed(Exception):
    """The function raised: the message is the exception's last line, `details` its traceback."""

    def __init__(self, message: str, details: str) -> None:
        super().__init__(message)
        self.details = details


class Isolated(Generic[T]):
    """Starts `function()` in a forked child at once; `result()` waits for what it returns.

    The result must be picklable. What the child prints to standard output goes to standard error: standard
    output belongs to the command's own answer.
    """

    def __init__(self, function: Callable[[], T]) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        self._reader, writer = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._reader)
            _answer(function, writer)
        os.close(writer)

    def result(self) -> T:
        """What the function returned. Raises ChildFailed or ChildEnded."""
        try:
            with open(self._reader, "rb") as pipe:
                data = pipe.read()
        finally:
            _, status = os.waitpid(self._pid, 0)
        if not data:
            raise ChildEnded(_how_it_ended(status))
        succeeded, value = pickle.loads(data)
        if not succeeded:
            raise ChildFailed(*value)
        return value  # type: ignore[no-any-return]

    def stop(self) -> None:
        """End the child without waiting for its result."""
        os.kill(self._pid, signal.SIGKILL)
        os.close(self._reader)
        os.waitpid(self._pid, 0)


def _answer(function: Callable[[], T], writer: int) -> None:
    """The child's whole life."""
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a word; the parent speaks
        os.dup2(2, 1)
        try:
            answer: tuple[bool, object] = (True, function())
        except Exception as error:
            summary = traceback.format_exception_only(type(error), error)[-1].strip()
            answer = (False, (summary, traceback.format_exc()))
        data = pickle.dumps(answer)
        with open(writer, "wb") as pipe:
            pipe.write(data)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)  # never back into the parent's code, its buffers or its exit handlers


def _how_it_ended(status: int) -> str:
    if os.WIFSIGNALED(status):
        return f"with signal {signal.Signals(os.WTERMSIG(status)).name}"
    return f"with exit status {os.waitstatus_to_exitcode(status)}"
