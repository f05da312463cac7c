"""What all commands share on the terminal: colour, width, diagnostics on standard error."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from ..compiler.diagnostics import Diagnostic
    from ..compiler.source import SourceFile

UNATTENDED_WIDTH = 100  # where output goes to a file or a pipe


class CommandError(Exception):
    """The command cannot go on for a reason outside the program text; one sentence with what to do."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


class OutputError(CommandError):
    """Standard output takes nothing more: its disk is full, or it was closed."""


def complain(message: str) -> None:
    """One line on standard error in the form of argparse's own."""
    print(f"pybpfc: error: {message}", file=sys.stderr)


def uses_color(stream: TextIO) -> bool:
    """Colour on a terminal unless NO_COLOR is set (no-color.org) or the terminal is dumb; FORCE_COLOR overrides."""
    if os.environ.get("FORCE_COLOR"):
        return True
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def width(stream: TextIO) -> int:
    """Columns of the terminal behind the stream."""
    return shutil.get_terminal_size((UNATTENDED_WIDTH, 24)).columns if stream.isatty() else UNATTENDED_WIDTH


def show(diagnostics: Sequence[Diagnostic]) -> None:
    """Diagnostics on standard error."""
    from ..compiler.diagnostics.render import terminal

    write(terminal(diagnostics, uses_color(sys.stderr), width(sys.stderr), name=file_name), sys.stderr)


def file_name(source: SourceFile) -> str:
    """A file's path as seen from the current folder, so that terminals and editors can open it."""
    if not os.path.isfile(source.path):
        return source.display
    return min(os.path.relpath(source.path), os.path.abspath(source.path), key=len)


def write(text: str, stream: TextIO) -> None:
    """Write text whatever the stream's encoding: what it cannot say is escaped, not an error.

    Raises:
        OutputError: the stream is standard output and takes nothing more.
    """
    encoding = getattr(stream, "encoding", None) or "utf-8"
    with _output(stream):
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def flush() -> None:
    """Hand on what was written to standard output.

    Raises:
        OutputError: it takes nothing more.
    """
    with _output(sys.stdout):
        sys.stdout.flush()


@contextlib.contextmanager
def _output(stream: TextIO) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # whoever read it has had enough, which is no error to speak of
    except OSError as error:
        if stream is not sys.stdout:
            raise
        raise OutputError("standard output is closed" if error.errno == errno.EBADF else
                          f"cannot write to standard output: {error.strerror}") from error


def open_closed_streams() -> None:
    """Put /dev/null where the caller closed a standard stream, `2>&-`: print() would write to standard output what was
    meant for standard error, and the next file to be opened would be taken for the stream. What is written to a closed
    standard output is an error: it is /dev/null opened for reading."""
    for name, mode, flags in (("stdin", "r", os.O_RDONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY)):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, flags)  # takes the lowest number, that of the stream
            os.set_inheritable(descriptor, True)
            setattr(sys, name, os.fdopen(descriptor, mode, encoding="utf-8", errors="backslashreplace"))


def printable(text: str, kept: str = "") -> str:
    """Text in one line that a terminal shows and does not obey: what is no printable character as Python escapes it.

    Args:
        kept: characters that stay what they are.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each in kept else repr(each)[1:-1] for each in text)


def discard_output() -> None:
    """After the reader of a pipe has gone: nothing more is written, not even when Python flushes at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
